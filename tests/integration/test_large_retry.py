"""Retrying more items than a statement takes parameters."""

from typing import Any

import pytest
from django.db.models import QuerySet

from tests.driver import Driver
from tests.integration.operating import ask, done
from workflows.engine import fan_out, reset
from workflows.engine.move import ANNOUNCED_AT_ONCE
from workflows.engine.reset import ready_items
from workflows.engine.transaction import locked_run
from workflows.models import Step
from workflows.reset_plan import Reset
from workflows.states import StepState


def test_ready_items__are_the_first_of_any_number(driver: Driver) -> None:
    run = driver.start("fan", count=3)
    step = Step.objects.get(workflow=run, key="double")
    Step.objects.bulk_create(
        Step(workflow=run, key=step.key, index=index, task=step.task, status=StepState.READY) for index in range(250)
    )
    with locked_run(run.pk) as move:
        found = ready_items(move, Reset(frozenset(), {"double": frozenset(range(300_000))}), ANNOUNCED_AT_ONCE)
    first = Step.objects.filter(workflow=run, key=step.key, index__gte=0, index__lt=ANNOUNCED_AT_ONCE)
    assert found == list(first.order_by("index").values_list("pk", "queue"))


def test_large_reset__sends_each_part_as_soon_as_it_is_ready(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that hears nothing for long, while all is made ready, takes the transaction for a frozen one."""
    run = driver.work_off(driver.start("fan", count=5))
    sizes: list[int] = []
    bulk_update = QuerySet.bulk_update

    def watched(rows: Any, changed: Any, *given: Any, **named: Any) -> int:
        sizes.append(len(changed))
        return bulk_update(rows, changed, *given, **named)

    for module in (reset, fan_out):
        monkeypatch.setattr(module, "_BATCH", 2)
    monkeypatch.setattr(QuerySet, "bulk_update", watched)
    done(ask("restart", run))
    done(ask("start", run))
    assert driver.work_off(run).output == 20
    assert max(sizes) == 2
    assert sum(sizes) == len(("numbers", "double", "total")) + 5 + 5, "the reset, and the items that are filled again"
