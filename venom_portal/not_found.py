"""What is answered where there is nothing."""

from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound

from venom_portal.error_pages import nothing_here
from workflows.api.problems import ProblemHandler


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer programs by a problem, and people by a page."""
    if not request.path.startswith("/api/"):
        return nothing_here(request, exception)
    context: Any = {"request": request}
    problem = NotFound(_("There is nothing at this address; /api/docs/ says what there is."))
    return cast("HttpResponseBase", ProblemHandler(problem, context).run())
