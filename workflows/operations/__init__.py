"""What people ask of runs: one file for each operation."""
