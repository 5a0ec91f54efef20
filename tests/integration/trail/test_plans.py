"""What reading a long trail costs: three statements a page, and each of them goes by an index."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from audit.paging import Window, read_page
from audit.selectors.entries import BATCH, PLACE, batches_of, entries_page, numbered_page, parts_of, trail_of
from audit.selectors.entry_filter import EntryFilter
from audit.selectors.seals import seal_lag
from tests.clean_slate import CleanSlate
from tests.integration.trail import many

COUNT = 20_000
_MIDDLE = many.BEGAN + timedelta(seconds=COUNT // 6)
FILTERS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "operation": {"operation_type": "pause"},
    "resource type": {"resource_type": "workflow"},
    "rare resource type": {"resource_type": "config"},
    "resource": {"resource_id": many.run_of(700)},
    "long resource": {"resource_type": "config", "resource_id": "stack"},
    "resource with type": {"resource_type": "workflow", "resource_id": many.run_of(700)},
    "actor": {"triggered_by": "user-3"},
    "result": {"result": "success"},
    "rare result": {"result": "failure"},
    "reason code": {"reason_code": "forbidden_transition"},
    "surface": {"surface": "api"},
    "rare surface": {"surface": "admin"},
    "request": {"request_id": many.request_of(40)},
    "parent": {"parent": many.id_of(2**31)},
    "request with result": {"request_id": many.request_of(40), "result": "success"},
    "parent with actor": {"parent": many.id_of(2**31), "triggered_by": "user-20"},
    "no match": {"operation_type": "nothing", "triggered_by": "nobody"},
    "two": {"operation_type": "pause", "result": "failure"},
    "three": {"resource_type": "workflow", "triggered_by": "user-3", "result": "success"},
}
TIMES: dict[str, dict[str, Any]] = {
    "": {},
    "since": {"since": _MIDDLE},
    "until": {"until": _MIDDLE},
    "between": {"since": _MIDDLE, "until": _MIDDLE + timedelta(hours=1)},
}


@pytest.fixture(scope="module")
def trail(django_db_setup: CleanSlate, django_db_blocker: Any) -> Any:
    """A long trail for all tests of this module."""
    with django_db_blocker.unblock():
        many.make(COUNT)
        yield
        django_db_setup.wipe()


def statements(do: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        do()
    return [query["sql"] for query in captured.captured_queries]


def plan_of(sql: str) -> str:
    how = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def is_bad(plan: str) -> bool:
    """Whether a plan reads the whole table, or a whole index that is not the order of the page, or sorts at length."""
    if connection.vendor == "postgresql":
        sorted_rows = [int(rows) for rows in re.findall(r"Sort .*rows=(\d+)", plan)]
        return "Seq Scan on audit_entry" in plan or any(rows > 2 * BATCH for rows in sorted_rows)
    scanned = re.findall(r"SCAN (?:audit_entry|U0)(?! USING (?:COVERING )?INDEX)", plan)
    return bool(scanned) or "TEMP B-TREE" in plan


def page_of_ids(sql: str) -> bool:
    """Whether a statement reads rows by their ids, which are so few that their order costs nothing."""
    return '"operation_id" IN (' in sql


def cost(do: Callable[[], Any]) -> tuple[int, list[str]]:
    found = statements(do)
    plans = {sql: plan_of(sql) for sql in found}
    bad = [f"{sql}\n{plan}" for sql, plan in plans.items() if is_bad(plan) and not page_of_ids(sql)]
    scans_rows = [f"{sql}\n{plan}" for sql, plan in plans.items() if page_of_ids(sql) and _scans(plan)]
    return len(found), bad + scans_rows


def _scans(plan: str) -> bool:
    return bool(re.search(r"Seq Scan on audit_entry|SCAN audit_entry", plan))


@pytest.mark.usefixtures("trail")
@pytest.mark.django_db
@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("name", FILTERS)
def test_page__goes_by_an_index(name: str, times: str) -> None:
    wanted = EntryFilter(**FILTERS[name], **TIMES[times])
    middle = (_MIDDLE, many.id_of(COUNT // 2))
    for look, most in (
        (lambda: numbered_page(wanted, 1, 50), 3),
        (lambda: numbered_page(wanted, 100, 50), 3),
        (lambda: entries_page(wanted, Window(50)), 1),
        (lambda: entries_page(wanted, Window(50, after=middle)), 1),
        (lambda: entries_page(wanted, Window(50, before=middle)), 1),
    ):
        number, bad = cost(look)
        assert not bad, "\n\n".join(bad)
        assert number <= most


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL always has statistics")
@pytest.mark.usefixtures("trail")
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["long resource", "resource with type", "request with result", "parent with actor"])
def test_decisive_filter__says_which_index_is_read(name: str) -> None:
    expected = {
        "long resource": "entry_by_resource (resource_id=?",
        "resource with type": "entry_by_resource (resource_id=?",
        "request with result": "entry_by_request (request_id=?",
        "parent with actor": "entry_by_parent (parent=?",
    }
    for given in TIMES.values():
        found = statements(lambda given=given: entries_page(EntryFilter(**FILTERS[name], **given), Window(50)))
        assert expected[name] in plan_of(found[0])


@pytest.mark.usefixtures("trail")
@pytest.mark.django_db
def test_export__goes_by_an_index_batch_by_batch() -> None:
    number, bad = cost(lambda: [len(batch) for batch in batches_of(EntryFilter())])
    assert not bad, "\n\n".join(bad)
    assert number == COUNT // BATCH


@pytest.mark.usefixtures("trail")
@pytest.mark.django_db
@pytest.mark.parametrize("term", [many.run_of(700), many.request_of(40), str(many.id_of(9)), "nothing"])
def test_search__goes_by_the_indexes_of_ids(term: str) -> None:
    listing = site.get_model_admin(Entry)
    found, _duplicates = listing.get_search_results(RequestFactory().get("/"), Entry.objects.all(), term)
    (sql,) = statements(lambda: read_page(found, PLACE, Window(100), descending=True))
    plan = plan_of(sql)
    assert "Seq Scan" not in plan
    assert "SCAN audit_entry" not in plan
    assert "entry_by_time" not in plan


@pytest.mark.usefixtures("trail")
@pytest.mark.django_db
def test_trail_parts_and_lag__take_one_statement_by_an_index() -> None:
    looks: tuple[Callable[[], Any], ...] = (
        lambda: trail_of("config", "stack", 20),
        lambda: trail_of("workflow", many.run_of(700), 20),
        lambda: parts_of(many.id_of(2**31), 20),
        seal_lag,
    )
    for look in looks:
        number, bad = cost(look)
        assert not bad, "\n\n".join(bad)
        assert number == 1
