"""One operation on many runs: chosen in the list, looked at before, followed while workers do it."""
