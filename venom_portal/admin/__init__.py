"""Accounts and the audit trail in the administration; here, because the pages are made of what the workflows' are."""

from venom_portal.admin import accounts, entries, seals

__all__ = ["accounts", "entries", "seals"]
