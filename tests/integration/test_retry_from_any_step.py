"""Retry from every step of a graph of thirty: exactly the closure runs again."""

from typing import Any

from audit.actor import SYSTEM
from tests.driver import Driver
from workflows.engine.plans import graph_of
from workflows.models import Attempt, Step, Workflow
from workflows.operations.recipe import operate
from workflows.operations.request import Request
from workflows.states import Operation, ReasonCode, RunState, StepState


def snapshot(run: Workflow) -> dict[str, Any]:
    return {
        step.wire_id: (step.status, step.output, step.generation, step.attempt)
        for step in Step.objects.filter(workflow=run)
    }


def test_retry_from_any_step__runs_its_closure_again_and_nothing_else(driver: Driver) -> None:
    run = driver.work_off(driver.start("thirty"))
    assert run.status == RunState.COMPLETED
    graph = graph_of(run.plan_id)
    assert len(graph.nodes) == 30
    output = run.output

    for key in graph.nodes:
        before, attempts = snapshot(run), Attempt.objects.filter(workflow=run).count()
        Workflow.objects.filter(pk=run.pk).update(status=RunState.FAILED)
        answer = operate(SYSTEM, Request(Operation.RETRY, run.pk, step_id=key))
        if key == "behind-left-out":
            assert answer.reason_code == ReasonCode.INVALID_STATE
            continue
        assert answer.is_done, answer.message
        assert driver.work_off(run).output == output

        closure = {key} | graph.descendants([key])
        after = snapshot(run)
        assert set(after) == set(before)
        again = 0
        for wire_id, (status, value, generation, attempt) in after.items():
            inside = wire_id.partition("[")[0] in closure
            assert generation == before[wire_id][2] + inside, (key, wire_id)
            assert (status, value) == before[wire_id][:2], (key, wire_id)
            ran = status == StepState.SUCCEEDED and wire_id != "shout"
            assert attempt == before[wire_id][3] + (inside and ran), (key, wire_id)
            again += inside and ran
        assert Attempt.objects.filter(workflow=run).count() == attempts + again, "earlier attempts are all still there"
