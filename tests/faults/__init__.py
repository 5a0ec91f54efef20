"""The fault runner: a portal of real processes under load, broken on purpose, and judged by what it had answered."""
