"""Browsers of the console, logged in as one person each."""

from tests.integration.admin.conftest import clients

__all__ = ["clients"]
