"""Moves runs on; one transaction each. Knows no HTTP and no user."""
