"""``/api/v1/auth/token/``."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from knox.models import AuthToken
from pytest_django import Settings

URL = "/api/v1/auth/token/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]


def ask(username: Any, password: Any, client: Client | None = None, **headers: str) -> Any:
    body = {"username": username, "password": password}
    return (client or Client()).post(URL, body, content_type="application/json", headers=headers)


def bearer(token: str) -> Any:
    return {"authorization": f"Token {token}"}


def test_token__is_good_for_requests() -> None:
    answer = ask("viewer", "viewer-secret").json()
    assert set(answer) == {"token", "expiry", "prefix"}
    assert answer["token"].startswith(answer["prefix"])
    assert Client().get("/api/v1/workflows/", headers=bearer(answer["token"])).status_code == 200


def test_token__is_given_whatever_header_or_cookie_comes_along(people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["viewer"])
    assert ask("viewer", "viewer-secret", client).status_code == 200
    assert ask("viewer", "viewer-secret", authorization="Token expired").status_code == 200


def test_token__is_revoked_by_itself() -> None:
    token = ask("viewer", "viewer-secret").json()["token"]
    assert Client().delete(URL, headers=bearer(token)).status_code == 204
    assert Client().get("/api/v1/workflows/", headers=bearer(token)).status_code == 401
    assert not AuthToken.objects.exists()


def test_revoking__needs_the_token(clients: dict[str, Client]) -> None:
    ask("viewer", "viewer-secret")
    assert Client().delete(URL).status_code == 401
    assert clients["viewer"].delete(URL).status_code == 401
    assert AuthToken.objects.count() == 1


@pytest.mark.parametrize(("username", "password"), [("viewer", "wrong"), ("nobody", "viewer-secret")])
def test_wrong_password__is_401_and_says_no_more(username: str, password: str) -> None:
    response = ask(username, password)
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == "The user name or the password is wrong."


def test_inactive_user__gets_none(people: dict[str, User]) -> None:
    User.objects.filter(username="viewer").update(is_active=False)
    assert ask("viewer", "viewer-secret").status_code == 401


def test_too_many_wrong_passwords__lock_out(settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    statuses = [ask("viewer", "wrong").status_code for _number in range(3)]
    response = ask("viewer", "viewer-secret")
    assert statuses[:2] == [401, 401]
    assert response.status_code == 429
    assert response.headers["content-type"] == "application/problem+json"
    assert int(response.headers["retry-after"]) > 0
    assert ask("operator", "operator-secret").status_code == 200


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [(None, "x", "username"), ("viewer", 5, "password"), ("", "x", "username"), ("a\0", "x", "username")],
)
def test_bad_body__names_the_field(username: Any, password: Any, field: str) -> None:
    response = ask(username, password)
    assert response.status_code == 400
    assert [item["attr"] for item in response.json()["errors"]] == [field]
