"""Who asks for an operation, and from where."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.models import Surface

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Actor:
    """The authenticated user behind an operation (``None``: the portal itself), the surface, the caller's address."""

    user: "User | None"
    surface: Surface
    address: str = ""

    @property
    def name(self) -> str:
        """The user's name, or ``system``."""
        return self.user.get_username() if self.user else "system"

    def may(self, permission: str) -> bool:
        """Tell whether the actor holds the permission, ``app.codename``; the portal itself holds all."""
        return self.user is None or (self.user.is_active and self.user.has_perm(permission))


SYSTEM = Actor(user=None, surface=Surface.SYSTEM)
