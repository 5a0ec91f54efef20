"""Reading the trail: for the pages, the API, the commands and the exports alike."""
