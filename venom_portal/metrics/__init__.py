"""``/metrics`` for Prometheus: counted in the database at each scrape, so that every web process tells the same."""
