"""Pages of Django's administration that show what the database remembers, and change none of it."""

from workflows.admin import attempts, definitions, events, log_lines, runs, sessions, steps

__all__ = ["attempts", "definitions", "events", "log_lines", "runs", "sessions", "steps"]
