"""Was it true? Pure functions over what was asked, what was answered, what steps did, and what the database holds."""
