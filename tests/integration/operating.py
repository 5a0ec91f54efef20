"""Operating on runs by hand, and looking at what came of it."""

from typing import Any

from audit.actor import SYSTEM
from tests.driver import Driver
from workflows.engine.claim import Claim
from workflows.models import Step, Workflow
from workflows.operations.recipe import operate
from workflows.operations.request import Answer, Request
from workflows.states import Operation


def ask(operation: str, run: Workflow, step_id: str | None = None, **options: Any) -> Answer:
    return operate(SYSTEM, Request(Operation(operation), run.pk, step_id=step_id, options=options))


def done(answer: Answer) -> Answer:
    assert answer.is_done, (answer.reason_code, answer.message)
    assert "successfully" in answer.message
    return answer


def outputs(run: Workflow) -> dict[str, Any]:
    return {step.wire_id: step.output for step in Step.objects.filter(workflow=run)}


def status(run: Workflow, key: str, index: int = -1) -> str:
    return Step.objects.get(workflow=run, key=key, index=index).status


def claimed(driver: Driver, run: Workflow, key: str | None = None) -> Claim:
    claim = driver.claim(run, key)
    assert claim
    return claim
