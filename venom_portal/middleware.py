"""What lies between a request and its view."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse

from audit import request_id


class RequestId:
    """Gives each request an id, or keeps the one that a proxy gave it; the trail and the answer carry it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say under which id."""
        current = request_id.begin(request.headers.get(request_id.HEADER))
        try:
            response = self._get_response(request)
        finally:
            request_id.end()
        response[request_id.HEADER] = current
        return response


class LoginRequired(LoginRequiredMiddleware):
    """Asks for a login; views that ask by themselves, or need none, are reached without reading the session.

    So the API can answer that the database is out of reach, whoever asks.
    """

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        """Let through, or send to the login page."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
