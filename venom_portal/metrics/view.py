"""``/metrics``: for whoever may look at runs; a scraper brings a token, and every answer is plain text."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from venom_portal.metrics.scrape import scrape
from workflows.api.views.artifacts import AsItIs
from workflows.api.views.base import ApiView

_PLAIN = "text/plain; charset=utf-8"


class BearerAuthentication(TokenAuthentication):  # type: ignore[misc]  # no types
    """The same tokens under the name that scrapers send unless they are told otherwise."""

    def authenticate_header(self, _request: Request) -> str:
        """Name the scheme."""
        return "Bearer"


class MetricsView(ApiView):
    """All metrics of the portal."""

    schema = None  # no part of the API
    authentication_classes = (TokenAuthentication, BearerAuthentication, SessionAuthentication)
    content_negotiation_class = AsItIs
    needs_to_read = "workflows.view_workflow"

    def get(self, _request: Request) -> HttpResponse:
        """Count everything now."""
        return HttpResponse(scrape(), content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})

    def get_exception_handler(self) -> Callable[..., Any]:
        """Answer errors in words that a scraper's log can show."""
        return _explain


def _explain(error: Exception, _context: dict[str, Any]) -> HttpResponse | None:
    if isinstance(error, DatabaseError | InterfaceError):
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE, _("The database is out of reach; try again in a moment."))
    if isinstance(error, APIException):
        answer = _answer(error.status_code, str(error.detail))
        if header := getattr(error, "auth_header", None):
            answer["WWW-Authenticate"] = header
        return answer
    return None


def _answer(status: int, text: str) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type=_PLAIN)
