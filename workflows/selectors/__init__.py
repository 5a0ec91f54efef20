"""Every read that a page, the API or a command needs, with its joins. Knows no HTTP, opens no transaction."""
