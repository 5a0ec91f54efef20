"""One operation on many runs: asked for, written down run by run, done by workers in slices."""
