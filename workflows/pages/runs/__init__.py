"""The list of runs: filters in the address, views kept under names, and what is ticked handed to bulk operations."""
