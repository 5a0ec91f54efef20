"""The app whose workflows the benchmark runs."""
