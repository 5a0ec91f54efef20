"""How fast the portal is, beside raw Celery on the same broker: ``python -m bench``."""
