"""What a step costs: statements and commits are counted, seconds are not."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.driver import Driver
from workflows.engine.claim import Claim
from workflows.engine.finish import finish
from workflows.engine.outcome import Succeeded
from workflows.models import Step
from workflows.worker import stretch

AT_MOST = 9


@pytest.fixture
def mid_chain(driver: Driver) -> Claim:
    run = driver.start("chain-of-ten")
    claim = driver.claim(run)
    assert claim
    following = finish(claim, Succeeded(1, "1"), take_next=True)
    assert following
    return following


def test_chain_step__costs_at_most_nine_statements_and_one_commit(mid_chain: Claim) -> None:
    with CaptureQueriesContext(connection) as queries:
        following = finish(mid_chain, Succeeded(2, "2"), take_next=True)
    assert following
    assert following.known == {"add-one-2": 2}
    statements = [query["sql"] for query in queries if query["sql"] not in ("COMMIT",)]
    assert len(statements) <= AT_MOST, "\n".join(statements)
    assert sum(query["sql"] == "COMMIT" for query in queries) == 1


def test_chain__stays_with_one_worker_without_a_message(driver: Driver, messages: list[Any]) -> None:
    run = driver.start("chain-of-ten")
    assert len(messages) == 1
    messages.clear()
    assert stretch.advance(run.pk, None) == 10
    assert messages == []


def test_stretch__ends_after_its_time_and_announces_what_follows(
    driver: Driver, messages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretch, "STRETCH_SECONDS", 0.0)
    run = driver.start("chain-of-ten")
    messages.clear()
    assert stretch.advance(run.pk, None) == 1
    following = driver.due(run).get()
    assert messages == [(str(run.pk), following.pk)]


def test_cost__does_not_grow_with_the_run(driver: Driver) -> None:
    counts = []
    for size in (5, 400):
        run = driver.start("fan", count=size)
        claim = driver.claim(run)
        assert claim
        following = finish(claim, Succeeded(list(range(size)), str(list(range(size)))), take_next=True)
        assert following
        with CaptureQueriesContext(connection) as queries:
            finish(following, Succeeded(0, "0"), take_next=True)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_fan_out__is_announced_in_part(driver: Driver, messages: list[Any]) -> None:
    run = driver.start("fan", count=2_500)
    messages.clear()
    claim = driver.claim(run)
    assert claim
    finish(claim, Succeeded(list(range(2_500)), str(list(range(2_500)))), take_next=False)
    assert len(messages) == 100
    items = Step.objects.filter(workflow=run, index__gte=0)
    assert items.count() == 2_500
    assert items.filter(announced_at__isnull=False).count() == 100
    assert all(item == index for item, index in items.values_list("item", "index"))
