"""What all pages share: login, permission, the frame around them, and who acts."""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.views.generic import TemplateView

from audit.actor import Actor
from audit.models import Surface


class Crumb(NamedTuple):
    """One part of the way to a page; the last has no address."""

    title: str
    url: str = ""


class Page(PermissionRequiredMixin, TemplateView):
    """A page of the portal. Whoever is logged in and lacks the permission gets 403, which says what is lacking."""

    section = ""
    permission_required: str | Sequence[str] = ()

    def has_permission(self) -> bool:
        """See Django; a page may need no more than a login."""
        return not self.permission_required or super().has_permission()

    @property
    def title(self) -> str:
        """What the page is called, in the reader's language."""
        raise NotImplementedError

    def crumbs(self) -> list[Crumb]:
        """Give the way to the page, after the dashboard."""
        return [Crumb(self.title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the frame needs, which it shares with the administration's."""
        return super().get_context_data(
            title=self.title,
            section=self.section,
            crumbs=self.crumbs(),
            has_permission=True,
            is_nav_sidebar_enabled=False,
            **kwargs,
        )


def actor_of(request: HttpRequest) -> Actor:
    """Give the user, acting in the browser."""
    return Actor(cast(User, request.user), Surface.WEB, request.META.get("REMOTE_ADDR", ""))
