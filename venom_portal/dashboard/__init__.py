"""The page that operators begin with."""
