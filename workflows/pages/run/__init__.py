"""The page of one run: a frame around its tabs, with one selected step in common."""
