"""The audit trail in the administration; here, because its pages are made of what the workflows' are made of."""

from venom_portal.admin import entries, seals

__all__ = ["entries", "seals"]
