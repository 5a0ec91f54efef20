"""Clients that work the portal over REST, and the journal that they keep."""
