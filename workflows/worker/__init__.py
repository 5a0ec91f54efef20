"""Runs one attempt at a time in a worker process."""
