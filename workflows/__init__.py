"""Workflows: what authors write, what the engine runs, what operators steer."""
