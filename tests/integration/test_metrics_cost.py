"""What a scrape costs: statements are counted and their plans are read, seconds are not."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.actor import SYSTEM
from audit.models import Entry, Leaf, Result, Seal
from tests.driver import Driver
from venom_portal.metrics.history import History
from venom_portal.metrics.scrape import scrape
from venom_portal.models import Tally
from workflows.models import Attempt, Event, Step

AT_MOST = 30
_MANY = 6_000
_LARGE = {"workflows_step", "workflows_attempt", "workflows_event", "audit_entry", "audit_leaf"}


@pytest.fixture
def large(driver: Driver) -> None:
    """A long past: one run of many steps, each with attempts, events and audit entries, and a little to be counted."""
    run = driver.work_off(driver.start("chain-of-ten"))
    attempt = Attempt.objects.filter(workflow=run).first()
    assert attempt
    now = timezone.now()
    Step.objects.bulk_create(
        Step(workflow=run, key=f"old-{number}", task="t", status="succeeded") for number in range(_MANY)
    )
    steps = Step.objects.filter(workflow=run).values_list("pk", flat=True)
    Attempt.objects.bulk_create(
        Attempt(
            step_id=step, workflow=run, number=9, generation=1, token=1, session_id=attempt.session_id,
            status="succeeded", started_at=now, finished_at=now - timedelta(days=1),
        )
        for step in steps
    )  # fmt: skip
    Event.objects.bulk_create(
        Event(workflow=run, seq=10_000 + number, kind="step_started", data={"attempt": 1}, at=now)
        for number in range(_MANY)
    )
    _write_trail()
    scrape()
    Tally.objects.update(cursor=F("horizon") - 2, fence=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _write_trail() -> None:
    now = timezone.now()
    entries = Entry.objects.bulk_create(
        Entry(
            timestamp=now, triggered_by=SYSTEM.name, surface="system", operation_type="pause",
            resource_type="workflow", resource_id=f"run {number}", seq=1, result=Result.SUCCESS,
            reason_code="operation_completed",
        )
        for number in range(_MANY)
    )  # fmt: skip
    size = 10
    Seal.objects.bulk_create(
        Seal(number=number, sealed_at=now, size=size, total=number * size, root="0", previous=str(number), key_id="k",
             signature="s")
        for number in range(1, _MANY // size + 1)
    )  # fmt: skip
    Leaf.objects.bulk_create(
        Leaf(entry_id=entry.pk, seal_number=index // size + 1, index=index % size, leaf_hash="0")
        for index, entry in enumerate(entries)
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_pending")  # they are sealed


def _read_statements() -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        scrape()
    statements = [query["sql"] for query in queries]
    return [sql for sql in statements if sql.startswith("SELECT") and " FROM " in sql and "pg_" not in sql]


def _whole_tables_read(sql: str) -> Iterator[str]:
    """Name the tables of which a statement reads every row; a partial index holds but a few."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN {sql.removesuffix(' FOR UPDATE')}")
            plan = [line for (line,) in cursor.fetchall()]
            yield from (line.partition(" on ")[2].split()[0] for line in plan if "Seq Scan on" in line)
            return
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = [row[-1] for row in cursor.fetchall()]
        partial = ("step_", "attempt_")
        for line in (line for line in plan if line.startswith("SCAN ")):
            words = line.split()
            index = words[words.index("INDEX") + 1] if "INDEX" in words else ""
            if not index.startswith(partial):
                yield words[1]


def test_scrape__reads_no_large_table_as_a_whole(large: None) -> None:
    statements = _read_statements()
    assert {table for table in _LARGE if any(table in sql for sql in statements)} == _LARGE

    read = {sql: tables for sql in statements if (tables := set(_whole_tables_read(sql)) & _LARGE)}

    assert not read


def test_plan_reader__sees_a_whole_table(large: None) -> None:
    assert set(_whole_tables_read("SELECT count(*) FROM workflows_attempt WHERE traceback = 'x'")) == {
        "workflows_attempt"
    }


def test_scrape__takes_a_bounded_number_of_statements(driver: Driver) -> None:
    counts = []
    for runs in (1, 20):
        for _ in range(runs):
            driver.work_off(driver.start("chain-of-ten"))
            driver.start("chain-of-ten")
        scrape()
        with CaptureQueriesContext(connection) as queries:
            scrape()
        counts.append(len(queries))
    assert max(counts) <= AT_MOST
    assert abs(counts[0] - counts[1]) <= 2, "each tally may find nothing to count, and says so with a statement less"


def test_scrape__catches_up_little_by_little(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    scrape()
    driver.work_off(driver.start("chain-of-ten"))
    last = History().end()
    monkeypatch.setattr(History, "at_once", 10)
    cursors = []
    for _ in range(4):
        scrape()
        cursors.append(Tally.objects.values_list("cursor", flat=True).get(pk=History.name))

    assert [after - before for before, after in pairwise(cursors)][1:] == [10, 10]
    assert cursors[-1] < last
