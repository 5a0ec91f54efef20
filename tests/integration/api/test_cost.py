"""What reading costs: a few statements whatever the size, and never a transaction."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from audit.actor import SYSTEM
from tests.driver import Driver
from venom_portal import tokens
from workflows.models import Workflow
from workflows.operations.create import NewRun, create_run
from workflows.run_filter import RunFilter
from workflows.selectors.definitions import definitions_page
from workflows.selectors.graphs import drawing_of, live_drawing
from workflows.selectors.history import LogFilter, events_page, logs_page
from workflows.selectors.paging import Window
from workflows.selectors.runs import run_of, runs_page
from workflows.selectors.steps import StepFilter, steps_page, views_of
from workflows.states import RunState

Url = Callable[..., str]
FILTERS = [
    RunFilter(),
    RunFilter(status=[RunState.IDLE, RunState.RUNNING], definition="fan", labels=[("a", "b"), ("c", "d")]),
    RunFilter(q="fan", created_by="system"),
]


@pytest.mark.usefixtures("flows")
@pytest.mark.parametrize("wanted", FILTERS)
def test_runs__a_page_is_one_statement(wanted: RunFilter, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _number in range(20):
        create_run(SYSTEM, NewRun("fan", start=False, labels={"a": "b", "c": "d"}))
    with django_assert_num_queries(1):
        page = runs_page(wanted, Window(10))
        assert {(run.definition.version, run.phase, run.created_by_name) for run in page.rows} == {(1, "", "system")}


@pytest.mark.usefixtures("flows")
def test_definitions__a_page_is_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert all(drawing_of(definition).nodes for definition in definitions_page(Window(200)).rows)


@pytest.mark.parametrize("count", [2, 40])
def test_run__costs_the_same_whatever_its_size(
    driver: Driver, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    run = driver.work_off(driver.start("fan", count=count))
    with django_assert_num_queries(2):
        run_of(run.pk).artifacts.all()[:]
    with django_assert_num_queries(3):
        views_of(run.pk, steps_page(run.pk, StepFilter(), Window(500)).rows)
    with django_assert_num_queries(3):
        live_drawing(run.pk)
    with django_assert_num_queries(2):
        events_page(run.pk, Window(1000))
    with django_assert_num_queries(2):
        assert all(line.attempt.number for line in logs_page(run.pk, LogFilter(), Window(1000)).rows)


def test_page_of_runs__through_the_api_adds_only_the_person(viewer: Client, finished_run: Workflow) -> None:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        viewer.get("/api/v1/workflows/")
    # The session, the user, the user's permissions and the groups': all else is the list.
    assert len(captured) == 4 + 1


@pytest.mark.parametrize(
    "rest", ["", "steps/", "steps/report/", "steps/store/", "events/", "logs/", "graph/", "artifacts/nope"]
)
def test_reading__opens_no_transaction(
    people: dict[str, User], finished_run: Workflow, run_url: Url, rest: str
) -> None:
    client = Client(headers={"authorization": f"Token {tokens.issue(SYSTEM, people['viewer']).token}"})
    for url in (run_url(finished_run, rest), "/api/v1/workflows/?q=fan", "/api/v1/definitions/"):
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url)
        assert response.status_code in (200, 404)
        statements: list[Any] = [query["sql"] for query in captured]
        assert statements
        assert all(statement.startswith("SELECT") for statement in statements), statements
