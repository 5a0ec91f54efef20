"""One view per resource: parse, call, render."""
