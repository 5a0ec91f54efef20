"""REST under ``/api/v1/workflow/control``."""
