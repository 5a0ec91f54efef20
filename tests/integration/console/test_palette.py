"""The command palette, the shortcuts' sheet, the login, and the pages that say what went wrong."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection
from django.template.loader import get_template
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.integration.console.run_pages import ACTIVE, text
from workflows.models import Definition, Workflow
from workflows.operations.create import NewRun, create_run

PALETTE = reverse("console:palette")


def offers(client: Client, **query: Any) -> list[dict[str, str]]:
    answer = client.get(PALETTE, query)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    found: list[dict[str, str]] = answer.json()["results"]
    return found


def urls(found: list[dict[str, str]]) -> list[str]:
    return [offer["url"] for offer in found]


@pytest.fixture
def run(flows: None) -> Workflow:
    return create_run(SYSTEM, NewRun("fan", start=False)).run


@pytest.mark.parametrize("length", [4, 8, 9, 20, 36])
def test_palette__finds_a_run_by_the_beginning_of_its_id(
    clients: dict[str, Client], run: Workflow, length: int
) -> None:
    found = offers(clients["viewer"], q=str(run.pk)[:length])
    assert found[0]["url"] == reverse("console:run", args=[run.pk])
    assert str(run.pk) in found[0]["detail"]


@pytest.mark.parametrize("typed", ["abc", "ffff", "zzzz", "<script>", "'; --", "a\0b", "x" * 5000, "…"])
def test_palette__what_fits_no_run_offers_a_search(clients: dict[str, Client], run: Workflow, typed: str) -> None:
    found = offers(clients["viewer"], q=typed)
    assert reverse("console:run", args=[run.pk]) not in urls(found)
    assert found[-1]["url"].startswith(f"{reverse('console:runs')}?q=")


def test_palette__finds_workflows_and_pages(clients: dict[str, Client], run: Workflow) -> None:
    assert reverse("console:start", args=["fire-drill"]) in urls(offers(clients["operator"], q="drill"))
    assert reverse("console:definitions") in urls(offers(clients["operator"], q="START work"))
    assert reverse("admin:index") in urls(offers(clients["operator"]))


def test_palette__offers_what_may_be_done_to_the_open_run(clients: dict[str, Client], run: Workflow) -> None:
    found = {offer["operation"]: offer for offer in offers(clients["operator"], run=run.pk) if offer["operation"]}
    assert set(found) == {"start", "dry_run"}
    assert found["start"]["url"].startswith(reverse("console:operation", args=[run.pk, "start"]))
    assert [one["operation"] for one in offers(clients["viewer"], run=run.pk) if one["operation"]] == ["dry_run"]
    assert not [one for one in offers(clients["operator"], run="nonsense") if one["operation"]]


def test_palette__shows_each_only_what_they_may_see(clients: dict[str, Client], run: Workflow) -> None:
    found = urls(offers(clients["outsider"], q=str(run.pk)[:8], run=run.pk))
    assert not [url for url in found if url.startswith(("/runs", "/start"))]
    assert reverse("console:start", args=["fan"]) not in urls(offers(clients["viewer"], q="fan"))


def test_palette__takes_a_login() -> None:
    assert Client().get(PALETTE).status_code == 302


def test_palette__costs_few_statements(clients: dict[str, Client], run: Workflow) -> None:
    with CaptureQueriesContext(connection) as captured:
        offers(clients["operator"], q=str(run.pk)[:6], run=run.pk)
    assert len(captured) <= 7


def test_palette__sends_texts_as_texts(clients: dict[str, Client], run: Workflow) -> None:
    Definition.objects.filter(name="fan").update(title="<script>alert(1)</script>")
    answer = clients["operator"].get(PALETTE, {"q": "script"})
    assert answer["Content-Type"] == "application/json"
    assert "<script>alert(1)</script>" in [offer["title"] for offer in answer.json()["results"]]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_sheet__each_key_stands_once_and_leads_somewhere(clients: dict[str, Client]) -> None:
    page = text(clients["operator"], "/")
    keys = re.findall(r'data-keys="([^"]+)"', page)
    assert len(keys) == len(set(keys))
    assert {"g d", "g r", "n"} <= set(keys)
    # No shortcut is the beginning of another: it could never be finished.
    assert not [(one, other) for one in keys for other in keys if other.startswith(f"{one} ")]
    assert "?" not in keys
    assert "/" not in keys


def test_scripts__evaluate_nothing_and_write_no_markup() -> None:
    for name in ("palette", "shortcuts", "busy"):
        source = (Path(settings.ASSETS_DIR) / "static/console" / f"{name}.js").read_text()
        assert not re.search(r"innerHTML|insertAdjacentHTML|\beval\(|new Function|\.style\b", source), name


def test_forbidden__names_the_permission(clients: dict[str, Client]) -> None:
    answer = clients["outsider"].get(reverse("console:runs"))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "<code>workflows.view_workflow</code>" in page
    assert "Venom Portal" in page
    assert not ACTIVE.search(page)


def test_not_found__says_what_does_not_exist(clients: dict[str, Client]) -> None:
    address = reverse("console:run", args=["01890000-0000-7000-8000-000000000000"])
    answer = clients["viewer"].get(address)
    assert answer.status_code == 404
    assert "there is no run 01890000" in answer.content.decode()
    assert "portal-nav" in answer.content.decode()


def test_not_found__for_nobody_has_no_navigation(db: None) -> None:
    answer = Client().get("/nowhere/<script>/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "This address leads nowhere" in page
    assert "portal-nav" not in page
    assert "<script>/" not in page


def test_broken__page_needs_no_database() -> None:
    """This test may not touch the database at all: the page is made without any."""
    page = get_template("500.html").render()
    assert "Something is broken" in page
    assert not ACTIVE.search(page)


@override_settings(DEBUG=False)
def test_broken__is_shown_when_the_database_fails(clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_more: Any) -> Any:
        raise DatabaseError("gone")

    client = clients["viewer"]
    client.raise_request_exception = False
    with connection.execute_wrapper(fail):
        answer = client.get("/")
    assert answer.status_code == 500
    assert "Something is broken" in answer.content.decode()
    assert "gone" not in answer.content.decode()


def test_login__leads_people_who_are_no_staff_to_the_pages(driver: Driver, clients: dict[str, Client]) -> None:
    user = User.objects.create_user("plain", password="plain-secret")
    user.groups.add(Group.objects.get(name="operator"))
    client = Client()
    assert client.get("/")["Location"] == f"{reverse('admin:login')}?next=/"
    page = text(client, f"{reverse('admin:login')}?next=/")
    assert "console/portal.css" in page
    answer = client.post(
        f"{reverse('admin:login')}?next=/", {"username": "plain", "password": "plain-secret", "next": "/"}
    )
    assert answer["Location"] == "/"
    assert "Nothing runs now." in text(client, "/")
    assert 'href="/admin/"' not in text(client, "/")
