"""The trail in the administration: the list, its filters and export, the page of an entry, the trail of a run."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actor import SYSTEM
from audit.models import Entry, Key, Seal
from audit.sealing import seal_entries
from tests.integration.trail.conftest import AFTER_TIME, BEFORE_TIME, CANARY
from workflows.models import Workflow
from workflows.operations.create import NewRun, create_run

LIST = reverse("admin:audit_entry_changelist")
EXPORT = reverse("admin:audit_entry_export")
MOST_STATEMENTS = 6
NO_ID = "01a20777-2fe0-7603-8fde-cb58540062bc"


@pytest.fixture
def operator_pages(clients: dict[str, Client]) -> Client:
    return clients["operator"]


@pytest.fixture
def run(flows: None, db: None) -> Workflow:
    return create_run(SYSTEM, NewRun("fan", start=False)).run


def shown(client: Client, query: str = "") -> list[Any]:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.headers
    return [entry.pk for entry in answer.context["cl"].result_list]


def page_of(client: Client, row: Any) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    answer = client.get(reverse(name, args=[row.pk]))
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def reading(client: Client, url: str) -> list[str]:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured]


def test_list__is_filtered_by_what_there_is_to_filter_by(operator_pages: Client, some: dict[str, Entry]) -> None:
    for query in (
        *("result=failure", "surface=admin", "operation_type=cancel", "reason_code=permission_denied"),
        *("triggered_by=viewer", "resource_id=other&resource_type=workflow", "result=failure&surface=admin"),
    ):
        assert shown(operator_pages, query) == [some["denied"].pk], query
    assert shown(operator_pages, f"parent={some['pause'].pk}") == [some["part"].pk]
    assert shown(operator_pages, "until=2026-01-01") == []
    assert len(shown(operator_pages, "since=2026-01-01")) == 4


def test_search__finds_by_whole_ids(operator_pages: Client, some: dict[str, Entry]) -> None:
    for term in ("other", str(some["denied"].pk)):
        assert shown(operator_pages, f"q={term}") == [some["denied"].pk]
    assert shown(operator_pages, "q=oth") == []


@pytest.mark.parametrize(
    "query",
    [
        *("parent=x", "since=x", "until=%00", "after=x", "after=1_2", "after=2026-01-01_x"),
        *(f"{name}={time}" for time in (BEFORE_TIME, AFTER_TIME) for name in ("since", "until")),
        *(f"{side}={time}_{NO_ID}" for time in (BEFORE_TIME, AFTER_TIME) for side in ("after", "before")),
    ],
)
def test_wild_address__leads_back_to_the_list(operator_pages: Client, query: str) -> None:
    assert operator_pages.get(f"{LIST}?{query}", follow=True).redirect_chain == [(f"{LIST}?e=1", 302)]


def test_pages__show_each_entry_once(
    operator_pages: Client, write: Callable[..., Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    from venom_portal.admin.entries import EntryAdmin

    monkeypatch.setattr(EntryAdmin, "list_per_page", 3)
    expected = [write().pk for _ in range(8)][::-1]
    query, seen = "resource_type=workflow", []
    while True:
        seen += shown(operator_pages, query)
        page = html.unescape(operator_pages.get(f"{LIST}?{query}").content.decode())
        following = re.search(r'<a rel="next" href="\?([^"]*)"', page)
        if not following:
            break
        query = following[1]
    assert seen == expected


def test_list__speaks_in_words_and_costs_the_same_for_many(
    operator_pages: Client, some: dict[str, Entry], write: Callable[..., Entry]
) -> None:
    page = operator_pages.get(LIST).content.decode()
    assert "not permitted" in page
    assert "permission_denied" not in page.partition('id="result_list"')[2].partition("</table>")[0]
    few = reading(operator_pages, LIST)
    for _ in range(30):
        write()
    many = reading(operator_pages, f"{LIST}?result=success")
    assert len(few) == len(many) <= MOST_STATEMENTS
    assert not [sql for sql in many if "COUNT(" in sql or "OFFSET" in sql]


def test_export__gives_what_the_list_shows(operator_pages: Client, some: dict[str, Entry]) -> None:
    page = operator_pages.get(f"{LIST}?result=failure").content.decode()
    form = page.partition('class="audit-export"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="result" value="failure">' in form
    answer = operator_pages.post(EXPORT, {"result": "failure", "format": "csv"})
    entry = Entry.objects.get(operation_type="audit_export")
    assert (entry.surface, entry.params) == ("admin", {"format": "csv", "result": "failure"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert str(some["denied"].pk) in text
    assert "'=1+1" in text
    assert str(some["pause"].pk) not in text
    assert CANARY not in text


def test_export__is_refused_to_whom_it_is_not_offered(clients: dict[str, Client], some: dict[str, Entry]) -> None:
    assert "audit-export" not in clients["viewer"].get(LIST).content.decode()
    assert clients["viewer"].post(EXPORT, {"format": "csv"}).status_code == 403
    assert Entry.objects.get(operation_type="audit_export").reason_code == "permission_denied"


def test_export__takes_a_post_with_its_token(people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["operator"])
    assert client.get(EXPORT).status_code == 405
    assert client.post(EXPORT, {"format": "csv"}).status_code == 403
    assert not Entry.objects.exists()


@pytest.mark.parametrize("body", [{}, {"format": "xlsx"}, {"format": "csv", "since": "x"}])
def test_export__that_cannot_be_made_leaves_no_entry(operator_pages: Client, body: dict[str, str]) -> None:
    assert operator_pages.post(EXPORT, body).status_code == 400
    assert not Entry.objects.exists()


def test_export__is_not_offered_for_a_search(operator_pages: Client, some: dict[str, Entry]) -> None:
    assert "audit-export" not in operator_pages.get(f"{LIST}?q=other").content.decode()


def test_entry__leads_to_its_seal_its_parts_and_its_request(
    operator_pages: Client, some: dict[str, Entry], settings: Any, tmp_path: Any
) -> None:
    whole, part = some["pause"], some["part"]
    assert "not yet" in page_of(operator_pages, whole)
    settings.VENOM_AUDIT_KEY, settings.VENOM_AUDIT_HEADS = tmp_path / "key.pem", tmp_path / "heads.jsonl"
    seal_entries()
    page = page_of(operator_pages, whole)
    seal, key = Seal.objects.get(), Key.objects.get()
    assert reverse("admin:audit_seal_change", args=[seal.pk]) in page
    assert reverse("admin:audit_entry_change", args=[part.pk]) in page
    assert f"{LIST}?parent={whole.pk}" in page
    assert reverse("admin:audit_entry_change", args=[whole.pk]) in page_of(operator_pages, part)
    assert key.key_id in page_of(operator_pages, seal)
    assert key.public_key in page_of(operator_pages, key)
    for name in ("seal", "key"):
        assert operator_pages.get(reverse(f"admin:audit_{name}_changelist")).status_code == 200


def test_run__shows_its_newest_entries_in_one_statement(
    operator_pages: Client, run: Workflow, write: Callable[..., Entry]
) -> None:
    for number in range(25):
        write(resource=str(run.pk), reason=f"because-{number:02}")
    write(resource="another", reason="not-of-this-run")
    page = page_of(operator_pages, run)
    assert re.findall(r"because-\d\d", page) == [f"because-{number:02}" for number in range(24, 4, -1)]
    assert "not-of-this-run" not in page
    assert f"{LIST}?resource_type=workflow&resource_id={run.pk}" in page
    found = reading(operator_pages, reverse("admin:workflows_workflow_change", args=[run.pk]))
    assert len([sql for sql in found if '"audit_entry"' in sql]) == 1


def test_run__keeps_its_trail_from_whom_may_not_see_it(people: dict[str, User], run: Workflow) -> None:
    person = User.objects.create_user("runs-only", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_workflow"))
    client = Client()
    client.force_login(person)
    assert 'id="trail-heading"' not in page_of(client, run)
