"""The trail over REST: who may read it, what can be asked, and what pages are."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audit.models import Entry
from audit.sealing import seal_entries
from control.api.urls import urlpatterns
from tests.integration.trail.conftest import AFTER_TIME, BEFORE_TIME, CANARY, PEOPLE

URL = "/api/v1/workflow/control/audit"
NO_ID = "01a20777-2fe0-7603-8fde-cb58540062bc"
READERS = dict(zip(PEOPLE, (401, 403, 200, 200, 200), strict=True))
EXPORTERS = dict(zip(PEOPLE, (401, 403, 403, 200, 200), strict=True))
ADDRESSES = {"api-audit": (URL, READERS), "api-audit-export": (f"{URL}/export", EXPORTERS)}
CONTRACT = {
    *("operation_id", "timestamp", "triggered_by", "operation_type", "resource_type", "resource_id"),
    *("params", "result", "reason_code", "duration_ms", "error_message"),
}

Some = dict[str, Entry]


@pytest.fixture
def viewer(clients: dict[str, Client]) -> Client:
    return clients["viewer"]


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [entry["operation_id"] for entry in answer.json()["entries"]]


def test_table__has_every_address() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(ADDRESSES)


def test_reading__is_for_those_who_may(clients: dict[str, Client], some: Some) -> None:
    for url, expected in ADDRESSES.values():
        for slash in ("", "/"):
            asked = f"{url}{slash}" + ("?format=csv" if url.endswith("export") else "")
            assert {person: clients[person].get(asked).status_code for person in PEOPLE} == expected


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writing__is_not_offered(method: str, clients: dict[str, Client]) -> None:
    for url, _expected in ADDRESSES.values():
        assert getattr(clients["admin"], method)(url).status_code == 405


def test_entries__have_the_fields_of_the_contract_and_more(viewer: Client, some: Some) -> None:
    answer = viewer.get(URL, headers={"accept-language": "de"}).json()
    assert (answer["total_count"], answer["page"], answer["page_size"]) == (4, 1, 50)
    entry = next(item for item in answer["entries"] if item["operation_id"] == str(some["denied"].pk))
    assert set(entry) >= CONTRACT
    assert (entry["result"], entry["reason_code"], entry["operation_type"]) == (
        "failure",
        "permission_denied",
        "cancel",
    )
    assert (entry["surface"], entry["address"], entry["reason"], entry["seq"]) == ("admin", "192.0.2.7", "=1+1", 1)
    assert entry["seal"] is None


def test_entry__names_its_seal(viewer: Client, some: Some, settings: Any, tmp_path: Any) -> None:
    settings.VENOM_AUDIT_KEY, settings.VENOM_AUDIT_HEADS = tmp_path / "key.pem", tmp_path / "heads.jsonl"
    seal_entries()
    assert {entry["seal"] for entry in viewer.get(URL).json()["entries"]} == {1}


def test_filters__leave_what_fits(viewer: Client, some: Some) -> None:
    for name, query in {
        "pause": "operation_type=pause",
        "denied": "resource_id=other",
        "part": f"parent={some['pause'].pk}",
        "secret": "operation_type=start&resource_type=workflow&triggered_by=system&result=success",
    }.items():
        assert ids(viewer.get(f"{URL}?{query}")) == [str(some[name].pk)], query
    for query in ("triggered_by=viewer", "result=failure", "reason_code=permission_denied", "surface=admin"):
        assert ids(viewer.get(f"{URL}?{query}")) == [str(some["denied"].pk)], query
    assert ids(viewer.get(f"{URL}?operation_type=pause&result=failure")) == []
    assert ids(viewer.get(f"{URL}?resource_id=run&resource_type=definition")) == []


def test_since_and_until__are_inclusive(viewer: Client, some: Some) -> None:
    moment = some["denied"].timestamp
    assert ids(viewer.get(URL, {"since": moment.isoformat(), "until": moment.isoformat()})) == [str(some["denied"].pk)]
    assert len(ids(viewer.get(URL, {"since": moment.isoformat()}))) == 3
    assert len(ids(viewer.get(URL, {"until": moment.isoformat()}))) == 2
    assert ids(viewer.get(URL, {"since": (moment + timedelta(days=1)).date().isoformat()})) == []


def test_request_id__finds_what_one_request_did(clients: dict[str, Client], some: Some) -> None:
    clients["viewer"].get(f"{URL}/export?format=csv", headers={"x-request-id": "of-mine"})
    (entry,) = clients["viewer"].get(f"{URL}?request_id=of-mine").json()["entries"]
    assert (entry["operation_type"], entry["reason_code"]) == ("audit_export", "permission_denied")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        *(("colour=red", "colour"), ("page=0", "page"), ("page=x", "page"), ("page_size=101", "page_size")),
        *(("page_size=0", "page_size"), ("result=x", "result"), ("surface=x", "surface"), ("since=x", "since")),
        *(("parent=x", "parent"), ("cursor=x", "cursor"), ("cursor=after:x_y", "cursor"), ("page=1&cursor=", "page")),
        *(("cursor=after:2026-01-01T00:00:00_x", "cursor"), ("resource_id=%00", "resource_id")),
        *((f"cursor=after:{BEFORE_TIME}_{NO_ID}", "cursor"), (f"cursor=before:{BEFORE_TIME}_{NO_ID}", "cursor")),
        *((f"cursor=after:{AFTER_TIME}_{NO_ID}", "cursor"), (f"cursor=before:{AFTER_TIME}_{NO_ID}", "cursor")),
        *((f"since={BEFORE_TIME}", "since"), (f"until={AFTER_TIME}", "until")),
    ],
)
def test_what_cannot_be_used__is_refused_by_name(viewer: Client, query: str, named: str) -> None:
    answer = viewer.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert {error["attr"] for error in answer.json()["errors"]} == {named}


def test_pages__show_everything_once_the_newest_first(viewer: Client, write: Callable[..., Entry]) -> None:
    expected = [str(write().pk) for _ in range(7)][::-1]
    pages = [ids(viewer.get(f"{URL}?page={page}&page_size=3")) for page in (1, 2, 3, 4)]
    assert pages == [expected[:3], expected[3:6], expected[6:], []]


def test_pages__stay_where_they_are_up_to_a_time(viewer: Client, write: Callable[..., Entry]) -> None:
    written = [write() for _ in range(6)]
    asked = {"until": written[-1].timestamp.isoformat(), "page": 2, "page_size": 3}
    before = viewer.get(URL, asked).json()
    write()
    assert viewer.get(URL, asked).json() == before


def test_cursor__leads_through_everything_once_while_entries_are_written(
    viewer: Client, write: Callable[..., Entry]
) -> None:
    expected = [str(write().pk) for _ in range(11)][::-1]
    # Many at the same time: the id decides.
    moment = Entry.objects.latest("timestamp").timestamp
    seen: list[str] = []
    url: str | None = f"{URL}?cursor=&page_size=3&resource_type=workflow&until={moment:%Y-%m-%dT%H:%M:%S.%fZ}"
    first = url
    while url:
        answer = viewer.get(url)
        seen += ids(answer)
        assert "total_count" not in answer.json()
        write()
        last, url = url, answer.json()["next"]
    assert seen == expected
    assert ids(viewer.get(viewer.get(last).json()["previous"])) == expected[6:9]
    assert first is not None
    assert viewer.get(first).json()["previous"] is None


def test_secrets__are_in_no_answer(clients: dict[str, Client], some: Some) -> None:
    read = clients["operator"].get(URL).content.decode()
    for file_format in ("csv", "jsonl"):
        exported = clients["operator"].get(f"{URL}/export?format={file_format}&resource_id=password={CANARY}")
        read += b"".join(exported.streaming_content).decode()  # type: ignore[arg-type]
        exported = clients["operator"].get(f"{URL}/export?format={file_format}")
        read += b"".join(exported.streaming_content).decode()  # type: ignore[arg-type]
    assert "third" in read
    assert "audit_export" in read
    assert CANARY not in read


def test_export__is_on_record_before_its_first_byte(clients: dict[str, Client], some: Some) -> None:
    answer = clients["operator"].get(f"{URL}/export?format=jsonl&result=failure")
    entry = Entry.objects.get(operation_type="audit_export")
    assert (entry.resource_type, entry.triggered_by, entry.surface) == ("audit", "operator", "api")
    assert entry.params == {"format": "jsonl", "result": "failure"}
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[arg-type]
    assert [json.loads(line)["operation_id"] for line in lines] == [str(some["denied"].pk)]
    assert answer.headers["content-disposition"].startswith('attachment; filename="audit-')


def test_export__refused_is_on_record_too(clients: dict[str, Client]) -> None:
    answer = clients["viewer"].get(f"{URL}/export?format=csv")
    assert answer.json()["reason_code"] == "permission_denied"
    entry = Entry.objects.get()
    assert (entry.operation_type, entry.result, entry.triggered_by) == ("audit_export", "failure", "viewer")


@pytest.mark.parametrize("query", ["", "?format=xlsx", "?format=csv&page=2", "?format=csv&since=x"])
def test_export__that_cannot_be_made_leaves_no_entry(clients: dict[str, Client], query: str) -> None:
    answer = clients["operator"].get(f"{URL}/export{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert clients["operator"].head(f"{URL}/export?format=csv").status_code == 405
    assert not Entry.objects.exists()
