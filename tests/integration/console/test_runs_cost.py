"""What the list of runs costs when there are many: six statements, and each of them goes by an index."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import many_runs
from tests.clean_slate import CleanSlate
from venom_portal import roles
from workflows.selectors import run_list

COUNT = 20_000
QUERIES = {
    "nothing": "",
    "a common state": "status=completed",
    "a rare state": "status=failed",
    "two states": "status=failed&status=paused",
    "not a state": "not_status=completed",
    "a definition": "definition=fan",
    "not a definition": "not_definition=fan",
    "a label": "label=team:t3",
    "not a label": "not_label=team:t3",
    "a label and a state": "label=team:t3&status=failed",
    "a creator": "created_by=person-3",
    "people": "not_created_by=system",
    "a time": "since=2026-01-01T01:00:00Z&until=2026-01-01T02:00:00Z",
    "a search": "q=person-3",
    "a search for an id": f"q={many_runs.id_of(700)}",
    "the middle": f"view=all&after={many_runs.id_of(COUNT // 2)}",
    "nothing fits": "status=failed&label=team:t3&label=team:t4",
}


@pytest.fixture(scope="module")
def many(django_db_setup: CleanSlate, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        django_db_setup.register_flows()
        many_runs.make(COUNT)
        yield
        django_db_setup.wipe()


def plan_of(sql: str) -> str:
    how = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def reads_whole_tables(plan: str) -> bool:
    """Whether a plan reads all runs or all labels as they lie. An index that is walked in the page's order is none."""
    if connection.vendor == "postgresql":
        return bool(re.search(r"Seq Scan on workflows_(workflow|label)\b", plan))
    return bool(re.search(r"SCAN (workflows_workflow|workflows_label|U\d)\b(?! USING (COVERING )?INDEX)", plan))


@pytest.mark.usefixtures("many")
@pytest.mark.django_db
@pytest.mark.parametrize("name", QUERIES)
def test_page__takes_six_statements_by_indexes(
    people: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The same part of the table as in one of a million rows; all of a small one is best read as it lies.
    monkeypatch.setattr(run_list, "MOST_COUNTED", run_list.MOST_COUNTED * COUNT // 1_000_000)
    roles.sync()
    client = Client()
    client.force_login(people["operator"])
    url = f"/runs/?{QUERIES[name]}"
    client.get(url)  # what a process keeps is there
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    statements = [query["sql"] for query in captured.captured_queries]
    assert len(statements) <= 6, "\n\n".join(statements)
    plans = {sql: plan_of(sql) for sql in statements if "workflows_workflow" in sql}
    assert len(plans) == 2
    bad = [f"{sql}\n{plan}" for sql, plan in plans.items() if reads_whole_tables(plan)]
    assert not bad, "\n\n".join(bad)
