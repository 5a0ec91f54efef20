"""What requests may hold and what answers look like; the OpenAPI schema is made from these."""
