"""The trail, what seals it, and what keeps its parts apart."""

from audit.models.entry import Entry, Result, Surface
from audit.models.seal import Key, Leaf, Pending, Removal, Seal
from audit.models.singleton import Singleton
from audit.models.trail import Trail

__all__ = ["Entry", "Key", "Leaf", "Pending", "Removal", "Result", "Seal", "Singleton", "Surface", "Trail"]
