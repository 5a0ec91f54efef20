"""Who asks for an operation, and from where."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.models import Surface

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Actor:
    """The authenticated user behind an operation, the surface, the caller's address.

    Without a user it is whoever owns the portal's files (``local_name``: the operating system's name for them), or the
    portal itself.
    """

    user: "User | None"
    surface: Surface
    address: str = ""
    local_name: str = ""

    @property
    def name(self) -> str:
        """The user's name, or ``system``."""
        return self.user.get_username() if self.user else self.local_name or "system"

    def may(self, permission: str) -> bool:
        """Tell whether the actor holds the permission, ``app.codename``; who is no user holds all."""
        return self.user is None or (self.user.is_active and self.user.has_perm(permission))


SYSTEM = Actor(user=None, surface=Surface.SYSTEM)
