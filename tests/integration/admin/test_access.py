"""Who may look, and that nobody may do more."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.integration.admin.conftest import NAMES, list_url, page_url
from workflows.models import Workflow
from workflows.states import RunState


def rows() -> list[Any]:
    """One row of every table that has a page."""
    return [apps.get_model(name.replace("_", ".")).objects.latest("pk") for name in NAMES]


def test_every_model_of_the_trail_and_the_engine__has_a_page() -> None:
    shown = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert set(NAMES) <= shown


@pytest.mark.usefixtures("worked")
def test_viewer__may_look_at_everything(viewer: Client) -> None:
    for url in [*map(list_url, NAMES), *map(page_url, rows())]:
        assert viewer.get(url).status_code == 200, url


@pytest.mark.usefixtures("worked")
def test_staff_without_permission__is_refused(clients: dict[str, Client], worked: Workflow) -> None:
    history = reverse("admin:workflows_workflow_history", args=[worked.pk])
    for url in [*map(list_url, NAMES), *map(page_url, rows()), history]:
        assert clients["outsider"].get(url).status_code == 403, url


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("name", ["admin", "root"])
def test_nobody__may_add_change_or_delete(clients: dict[str, Client], name: str) -> None:
    client = clients[name]
    before = {row: row.__class__.objects.count() for row in rows()}
    for row in rows():
        url = page_url(row)
        assert client.post(url, {"_save": "Save", "status": RunState.CANCELLED, "title": "x"}).status_code == 403, url
        assert client.post(url.replace("change/", "delete/"), {"post": "yes"}).status_code == 403, url
        delete = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes", "index": "0"}
        list_of_it = list_url(f"{row._meta.app_label}_{row._meta.model_name}")
        assert client.post(list_of_it, delete).status_code == 403, url
        assert client.post(list_of_it + "add/", {"name": "new"}).status_code == 403, url
    for row, count in before.items():
        assert row.__class__.objects.count() == count
        again = row.__class__.objects.get(pk=row.pk)
        assert vars(again) | {"_state": None} == vars(row) | {"_state": None}


@pytest.mark.usefixtures("worked")
def test_pages__offer_no_way_to_change(clients: dict[str, Client]) -> None:
    for url in [*map(list_url, NAMES), *map(page_url, rows())]:
        page = clients["root"].get(url).content.decode().partition('id="content-main"')[2]
        assert page
        for words in ('name="_save', "delete_selected", "deletelink", "addlink"):
            assert words not in page, (url, words)
        # Runs can be ticked, for operations.
        assert ('name="action"' in page) is (url == list_url("workflows_workflow"))


def test_old_version__cannot_be_brought_back(clients: dict[str, Client], worked: Workflow) -> None:
    version = worked.history.earliest()  # type: ignore[attr-defined]
    assert version.status == RunState.IDLE
    with pytest.raises(NoReverseMatch):
        reverse("admin:workflows_workflow_simple_history", args=[worked.pk, version.pk])
    url = reverse("admin:workflows_workflow_history", args=[worked.pk])
    for address in (url, f"{url}{version.pk}/"):
        clients["root"].post(address, {"status": RunState.IDLE, "_save": "Revert"})
        worked.refresh_from_db()
        assert worked.status == RunState.COMPLETED
