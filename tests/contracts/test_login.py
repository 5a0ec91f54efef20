"""Nothing is reachable without login, except health, the login page and what it needs."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

_OPEN_PAGES = {"login", "set_language"}
_OPEN_ENDPOINTS = {("api-token", "post")}  # gives a token for a password


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry)
        else:
            yield entry


def _views() -> list[URLPattern]:
    return list(_patterns(get_resolver()))


def _endpoint(pattern: URLPattern) -> Any:
    view = getattr(pattern.callback, "cls", None)
    return view if view and issubclass(view, APIView) else None


def test_pages__need_a_login() -> None:
    pages = [pattern for pattern in _views() if not _endpoint(pattern)]

    unprotected = {page.name for page in pages if not getattr(page.callback, "login_required", True)}

    assert len(pages) > len(_OPEN_PAGES)
    assert unprotected == _OPEN_PAGES


def _endpoints() -> list[tuple[str, URLPattern]]:
    return [
        (method, pattern)
        for pattern in _views()
        if (view := _endpoint(pattern))
        for method in view.http_method_names
        if hasattr(view, method)
    ]


def _stranger_gets(method: str, pattern: URLPattern) -> int:
    request = RequestFactory().generic(method.upper(), "/")
    request.user = AnonymousUser()
    # Permissions come before the arguments are looked at, so any will do.
    return pattern.callback(request, **dict.fromkeys(pattern.pattern.converters, "x")).status_code


def test_endpoints__need_a_login() -> None:
    answers = {(pattern.name, method): _stranger_gets(method, pattern) for method, pattern in _endpoints()}

    assert len(answers) > 10
    # 401 for programs, the way to the login page for people who read the documentation
    assert {call for call, status in answers.items() if status not in (401, 302)} == _OPEN_ENDPOINTS


@pytest.mark.parametrize("path", ["/", "/admin/", "/admin/auth/user/", "/api/docs/"])
def test_pages__lead_to_the_login(path: str, client: Client) -> None:
    response = client.get(path)

    assert response.status_code == 302
    assert response["location"] == f"/admin/login/?next={path}"


@pytest.mark.parametrize("path", ["/api/v1/definitions/", "/api/v1/workflows/", "/api/schema/"])
def test_endpoints__answer_401(path: str, client: Client) -> None:
    assert client.get(path).status_code == 401


def test_login_page__works_for_strangers(client: Client) -> None:
    assert client.get("/admin/login/").status_code == 200
    assert b"".join(client.get("/static/admin/css/base.css").streaming_content)
    assert client.post("/i18n/setlang/", {"language": "pl"}).status_code in (204, 302)
