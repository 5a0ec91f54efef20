"""``/metrics``: who may read it, and what it answers when a part is away."""

from pathlib import Path

import pytest
from celery import current_app
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from knox.models import AuthToken

from tests.scraped import Scraped

_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def _token_of(user: User) -> str:
    return str(AuthToken.objects.create(user)[1])


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["Token", "Bearer"])
def test_metrics__are_read_with_a_token(scheme: str, client: Client, people: dict[str, User]) -> None:
    token = _token_of(people["viewer"])

    response = client.get("/metrics", headers={"authorization": f"{scheme} {token}"})

    assert (response.status_code, response["content-type"]) == (200, _TYPE)
    assert Scraped(response.content.decode()).value("venom_runs", state="running") == 0


@pytest.mark.django_db
def test_metrics__are_read_by_whoever_is_logged_in(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["viewer"])

    assert client.get("/metrics").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "accept", ["text/html", "application/openmetrics-text;version=nonsense", "text/plain;version=1.0.0"]
)
def test_metrics__have_one_format(accept: str, client: Client, people: dict[str, User]) -> None:
    client.force_login(people["viewer"])

    response = client.get("/metrics", headers={"accept": accept})

    assert (response.status_code, response["content-type"]) == (200, _TYPE)


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"authorization": "Token wrong"}, {"authorization": "Bearer wrong"}])
def test_metrics__strangers_get_401_in_plain_text(headers: dict[str, str], client: Client) -> None:
    response = client.get("/metrics", headers=headers)

    assert response.status_code == 401
    assert response["content-type"] == "text/plain; charset=utf-8"
    assert response["www-authenticate"] == "Token"
    assert b"venom_" not in response.content


@pytest.mark.django_db
def test_metrics__need_the_permission_to_look_at_runs(client: Client) -> None:
    token = _token_of(User.objects.create_user("nobody"))

    response = client.get("/metrics", headers={"authorization": f"Token {token}"})

    assert response.status_code == 403
    assert response["content-type"] == "text/plain; charset=utf-8"
    assert b"workflows.view_workflow" in response.content


@pytest.mark.django_db
def test_metrics__are_only_read(client: Client, people: dict[str, User]) -> None:
    token = _token_of(people["admin"])

    response = client.post("/metrics", headers={"authorization": f"Token {token}"})

    assert (response.status_code, response["content-type"]) == (405, "text/plain; charset=utf-8")


@pytest.mark.django_db
def test_metrics__say_that_the_broker_is_down(
    client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client.force_login(people["viewer"])

    with monkeypatch.context() as down:
        down.setattr(current_app.conf, "broker_read_url", f"redis+socket://{tmp_path / 'none.sock'}")
        response = client.get("/metrics")

    assert response.status_code == 200
    scraped = Scraped(response.content.decode())
    assert scraped.value("venom_broker_up") == 0
    assert "venom_broker_waiting_messages" not in scraped.names
    assert "venom_runs" in scraped.names


@pytest.mark.django_db(transaction=True)
def test_metrics__answer_503_without_a_database(
    client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    token = _token_of(people["viewer"])
    connection.close()
    place = "NAME" if connection.vendor == "sqlite" else "HOST"
    monkeypatch.setitem(connection.settings_dict, place, str(tmp_path / "no" / "such"))
    try:
        response = client.get("/metrics", headers={"authorization": f"Token {token}"})
    finally:
        connection.close()

    assert (response.status_code, response["content-type"]) == (503, "text/plain; charset=utf-8")
    assert str(tmp_path) not in response.content.decode()
