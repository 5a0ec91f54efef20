"""How much is measured."""

CHAIN_LENGTH = 10
CHAINS = 200
ITEMS = 500
STARTS = 30
"""Runs that are started one after the other, in each round, to see how long a start takes."""
WARM_UP = 40
"""Chains that every side works off before it is measured."""
REPETITIONS = 3
PROCESSES = (1, 2)
"""Worker processes on each side."""
