"""Invariants that hold along a run's history: its events are read once, in order, and every reader sees each."""
