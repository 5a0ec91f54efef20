"""Exports: what is in them, that they are read piece by piece, and that no spreadsheet takes a cell for a formula."""

import asyncio
import csv
import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from audit.export import chunks_of
from audit.export.columns import COLUMNS
from audit.models import Entry
from audit.selectors import entries as selecting
from audit.selectors.entries import batches_of
from audit.selectors.entry_filter import EntryFilter
from audit.selectors.seals import seal_lag
from tests.integration.trail.conftest import CANARY

URL = "/api/v1/workflow/control/audit/export"
Write = Callable[..., Entry]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selecting, "BATCH", 3)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def exported(file_format: str, **given: Any) -> str:
    return "".join(chunks_of(file_format, batches_of(EntryFilter(**given))))


def test_csv__has_the_columns_in_order_and_codes_beside_words(some: dict[str, Entry]) -> None:
    text = exported("csv")
    assert text.splitlines()[0] == ",".join(COLUMNS)
    assert [row["operation_id"] for row in rows_of(text)] == [str(entry.pk) for entry in some.values()]
    row = rows_of(text)[1]
    assert (row["operation_type"], row["operation"], row["result"], row["reason_code"]) == (
        *("cancel", "cancel", "failure", "permission_denied"),
    )
    assert row["outcome"] == "failure: not permitted"
    assert json.loads(rows_of(text)[3]["params"])["password"] != CANARY


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv__has_no_formula(write: Write, start: str) -> None:
    write(resource=f"{start}cmd|' /C calc'!A0", reason=f"{start}1+1", error_message="a=b")
    (row,) = rows_of(exported("csv"))
    assert (row["resource_id"][:2], row["reason"]) == (f"'{start}", f"'{start}1+1")
    assert row["error_message"] == "a=b"
    (line,) = exported("jsonl").splitlines()
    assert json.loads(line)["reason"] == f"{start}1+1"


@pytest.mark.parametrize(
    "text",
    [
        *("x;=cmd|' /C calc'!A0;y", 'x;"=1+1"', "x; \"'@SUM(A1)", "x|+1", "x\t-1", "x\n=1", "x\r\n=1"),
        *(' "=1', "x;\t=1", ";=1", "\t=1", "x;;=1", 'x";"=1'),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
def test_csv__has_no_formula_for_readers_that_split_elsewhere(write: Write, text: str, delimiter: str) -> None:
    write(reason=text)
    cells = [cell for row in csv.reader(io.StringIO(exported("csv")), delimiter=delimiter) for cell in row]
    assert not [cell for cell in cells if cell.lstrip('\t\r\n "').startswith(("=", "+", "-", "@"))]
    (line,) = exported("jsonl").splitlines()
    assert json.loads(line)["reason"] == text


@pytest.mark.parametrize(
    "text", ["a-b; c = d", "x;y|z", "done\r\n\r\nthen", "2026-01-01T00:00:00+01:00", "; ' ", "a@b"]
)
def test_csv__leaves_other_text_as_it_is(write: Write, text: str) -> None:
    write(reason=text)
    assert rows_of(exported("csv"))[0]["reason"] == text


def test_csv__gives_back_text_with_quotes_lines_and_commas(write: Write) -> None:
    text = 'he said "no",\nthen\r\nwent; ąöü 😀'
    write(reason=text)
    assert rows_of(exported("csv"))[0]["reason"] == text


def test_json_lines__are_one_entry_each_with_params_as_they_are(some: dict[str, Entry]) -> None:
    lines = [json.loads(line) for line in exported("jsonl").splitlines()]
    assert [line["operation_id"] for line in lines] == [str(entry.pk) for entry in some.values()]
    assert list(lines[0]) == list(COLUMNS)
    assert lines[2]["parent"] == str(some["pause"].pk)
    assert lines[3]["params"]["password"] == "[redacted]"


@pytest.mark.usefixtures("small_batches")
def test_export__takes_one_statement_for_each_batch_as_it_is_asked_for(write: Write) -> None:
    for _ in range(7):
        write()
    chunks = chunks_of("jsonl", batches_of(EntryFilter()))
    with CaptureQueriesContext(connection) as captured:
        sizes = []
        for number, chunk in enumerate(chunks, 1):
            assert len(captured) == number
            sizes.append(len(chunk.splitlines()))
    assert sizes == [3, 3, 1]
    assert not [query["sql"] for query in captured if not query["sql"].startswith("SELECT")]


@pytest.mark.usefixtures("small_batches")
def test_export__misses_and_doubles_nothing_while_entries_are_written(write: Write) -> None:
    before = [entry.pk for entry in (write() for _ in range(10))]
    seen = []
    for batch in batches_of(EntryFilter(until=Entry.objects.latest("timestamp").timestamp)):
        seen += [entry.pk for entry in batch]
        write()
    assert seen == before


def test_words__are_in_the_language_of_who_asked(some: dict[str, Entry]) -> None:
    with translation.override("de"):
        chunks = chunks_of("csv", batches_of(EntryFilter()))
        expected = str(some["pause"].get_result_display())
    (row, *_more) = rows_of("".join(chunks))
    assert row["outcome"].partition(":")[0] == expected


def test_download__is_streamed(clients: dict[str, Client], some: dict[str, Entry], small_batches: None) -> None:
    answer = clients["operator"].get(f"{URL}?format=csv")
    assert answer.streaming
    synchronous = rows_of(b"".join(answer.streaming_content).decode())  # type: ignore[arg-type]
    assert [row["operation_id"] for row in synchronous[:4]] == [str(entry.pk) for entry in some.values()]


@pytest.mark.django_db(transaction=True)
def test_download__is_streamed_chunk_by_chunk_under_asgi(
    clients: dict[str, Client], some: dict[str, Entry], small_batches: None
) -> None:
    cookies = clients["operator"].cookies

    async def chunks() -> list[bytes]:
        client = AsyncClient()
        client.cookies = cookies
        answer = await client.get(f"{URL}?format=jsonl")
        assert answer.is_async
        received = [chunk async for chunk in answer]
        await sync_to_async(connections.close_all)()  # of the thread that answered
        return received

    found = asyncio.run(chunks())
    assert [len(chunk.splitlines()) for chunk in found] == [3, 2]
    assert json.loads(b"".join(found).splitlines()[-1])["operation_type"] == "audit_export"


def test_seal_lag__is_the_age_of_the_oldest_entry_without_a_seal(write: Write, settings: Any, tmp_path: Any) -> None:
    from audit.sealing import seal_entries

    settings.VENOM_AUDIT_KEY, settings.VENOM_AUDIT_HEADS = tmp_path / "key.pem", tmp_path / "heads.jsonl"
    assert seal_lag() == 0.0
    write()
    time.sleep(0.01)
    first = seal_lag()
    write()
    assert seal_lag() > first >= 0.01
    seal_entries()
    assert seal_lag() == 0.0


def test_every_reason_code__has_words() -> None:
    from audit.reason_codes import code_in_words
    from workflows.states import ReasonCode

    assert [code for code in ReasonCode if code_in_words(code) == code] == []
