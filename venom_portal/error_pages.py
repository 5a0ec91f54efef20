"""The pages that say what went wrong, in the portal's frame; of a broken server nothing but templates is asked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from workflows.pages.base import Crumb


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what permission is missing, where the view names it."""
    return _shown(request, 403, _("You may not see this"), said=str(exception), permissions=_needed(request))


def form_refused(request: HttpRequest, **_why: str) -> HttpResponse:
    """Say what to do about a form that may as well have been sent by another site (``CSRF_FAILURE_VIEW``)."""
    said = _(
        "This form was open for too long, or the browser keeps no cookies for this page. "
        "Nothing was done. Go back, load the page again and repeat it."
    )
    return _shown(request, 403, _("The form was not taken"), said=said)


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing at this address, or what it is that does not exist."""
    said = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return _shown(request, 404, _("There is nothing here"), said=said)


def _shown(request: HttpRequest, status: int, title: str, **context: Any) -> HttpResponse:
    # Where something goes wrong before anybody is logged in, there is no user.
    user = getattr(request, "user", None)
    frame = {
        "title": title,
        "crumbs": [Crumb(title)],
        "has_permission": bool(user and user.is_authenticated),
        "is_nav_sidebar_enabled": False,
    }
    return render(request, f"{status}.html", {**frame, **context}, status=status)


def _needed(request: HttpRequest) -> list[str]:
    """Give the permissions that the view of this address takes."""
    view = getattr(getattr(request.resolver_match, "func", None), "view_class", None)
    needed = getattr(view, "permission_required", ())
    return [needed] if isinstance(needed, str) else list(needed)
