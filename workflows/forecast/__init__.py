"""What a run would do: told from its graph and from what is recorded, without doing any of it."""
