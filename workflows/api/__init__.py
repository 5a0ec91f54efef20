"""The REST API: parses a request, calls an operation or a selector, renders what it answers."""
