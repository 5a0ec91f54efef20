"""Operations, results, ticks and losses in any order: what must hold, holds after each.

``VENOM_NIGHTLY=1`` takes tens of thousands of steps instead of hundreds.
"""

import os
from typing import Any

import pytest
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.past import events_tell_all
from workflows import clock
from workflows.engine.claim import Claim
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Interrupted, Outcome
from workflows.engine.release import release_leases
from workflows.models import Attempt, Event, Step, Workflow
from workflows.operations.recipe import operate
from workflows.operations.request import Request
from workflows.states import (
    CLAIMABLE,
    DONE,
    TRANSITIONS,
    AttemptState,
    Operation,
    RunState,
    StepState,
    allowed_operations,
)
from workflows.worker.perform import perform
from workflows.worker.session import own_session

FLOWS = {
    "fan": {"count": 3},
    "branches": {"number": 1},
    "diamond": {},
    "flaky": {"attempts": 2},
    "fetch-and-store": {"url": "x"},
}
CHANGING = list(TRANSITIONS)
_REFUSALS = ("forbidden_transition", "invalid_state", "resource_not_found")
NIGHTLY = bool(os.environ.get("VENOM_NIGHTLY"))


class AnyOrder(RuleBasedStateMachine):
    """One run, steered at random. ``expected`` is the model: the state that the run must be in."""

    run: Workflow
    claims: list[Claim]
    reported: list[tuple[Claim, Outcome]]
    tokens: dict[int, int]

    @initialize(flow=st.sampled_from(sorted(FLOWS)))
    def begin(self, flow: str) -> None:
        self.run = Driver().start(flow, **FLOWS[flow])
        self.claims, self.reported, self.tokens = [], [], {}
        self.expected = RunState.RUNNING

    def now(self) -> Workflow:
        return Workflow.objects.get(pk=self.run.pk)

    @rule(operation=st.sampled_from(CHANGING))
    def operate(self, operation: Operation) -> None:
        before = self.now()
        answer = operate(SYSTEM, Request(operation, self.run.pk))
        assert answer.is_done == (operation in allowed_operations(RunState(before.status)))
        if answer.is_done and TRANSITIONS[operation][1] != RunState.RUNNING:
            assert self.now().status == TRANSITIONS[operation][1]
        self.expected = RunState(self.now().status)

    @rule(position=st.integers(0, 30), operation=st.sampled_from([Operation.RETRY, Operation.SKIP_STEP]))
    def operate_on_step(self, position: int, operation: Operation) -> None:
        steps = list(Step.objects.filter(workflow=self.run).order_by("pk"))
        answer = operate(SYSTEM, Request(operation, self.run.pk, step_id=steps[position % len(steps)].wire_id))
        assert answer.is_done or answer.reason_code in _REFUSALS, answer
        self.expected = RunState(self.now().status)

    @rule()
    def claim(self) -> None:
        claim = Driver().claim(self.run)
        if claim:
            run = self.now()
            assert run.status == RunState.RUNNING
            assert run.error is None
            self.claims.append(claim)

    @precondition(lambda self: self.claims)
    @rule(
        position=st.integers(0, 9), end=st.sampled_from(["run", "run", "run", "fail", "interrupt"]), along=st.booleans()
    )
    def report(self, position: int, end: str, along: bool) -> None:
        claim = self.claims.pop(position % len(self.claims))
        outcome: Outcome = Failed("step_failed", "told to", permanent=True) if end == "fail" else Interrupted()
        if end == "run":
            from workflows.worker.context import AttemptContext
            from workflows.worker.log_capture import LogBuffer

            outcome = perform(claim, AttemptContext(claim, LogBuffer(claim)))
        following = finish(claim, outcome, take_next=along)
        if following:
            self.claims.append(following)
        self.reported.append((claim, outcome))
        self.expected = RunState(self.now().status)

    @precondition(lambda self: self.reported)
    @rule(position=st.integers(0, 9))
    def report_twice(self, position: int) -> None:
        claim, outcome = self.reported[position % len(self.reported)]
        before = self.now()
        assert finish(claim, outcome, take_next=True) is None
        after = self.now()
        assert (after.done, after.in_flight, after.status) == (before.done, before.in_flight, before.status)

    @rule()
    def lose_the_worker(self) -> None:
        release_leases(own_session(), AttemptState.LOST)
        self.expected = RunState(self.now().status)

    @rule()
    def tick(self) -> None:
        clock.tick()

    @invariant()
    def counters_are_true(self) -> None:
        if not hasattr(self, "run"):
            return
        run = self.now()
        assert run.status == self.expected
        running = Attempt.objects.filter(workflow=run, status=AttemptState.RUNNING, is_replay=False)
        assert run.in_flight == running.count()
        steps = list(Step.objects.filter(workflow=run))
        widths = {step.key: step.width or 0 for step in steps if step.is_map}
        counted = [step for step in steps if not step.is_item or step.index < widths[step.key]]
        assert run.total == len(counted)
        assert run.done == sum(step.status in DONE for step in counted)

    @invariant()
    def leases_and_tokens_are_true(self) -> None:
        if not hasattr(self, "run"):
            return
        for step in Step.objects.filter(workflow=self.run):
            assert step.token >= self.tokens.get(step.pk, 0)
            self.tokens[step.pk] = step.token
            if step.status == StepState.RUNNING and not step.is_map:
                assert step.session_id is not None
        accepted = Attempt.objects.filter(workflow=self.run, status=AttemptState.SUCCEEDED, is_replay=False)
        assert not accepted.values("step", "generation").annotate(n=Count("id")).filter(n__gt=1).exists()

    @invariant()
    def history_has_no_hole(self) -> None:
        if hasattr(self, "run"):
            seqs = list(Event.objects.filter(workflow=self.run).order_by("seq").values_list("seq", flat=True))
            assert seqs == list(range(1, self.now().event_seq + 1))

    @invariant()
    def events_tell_the_states(self) -> None:
        if hasattr(self, "run"):
            assert events_tell_all(self.run)

    @invariant()
    def nothing_is_stuck(self) -> None:
        if not hasattr(self, "run"):
            return
        run = self.now()
        if run.status == RunState.RUNNING and run.in_flight == 0:
            waiting = Step.objects.filter(workflow=run, status__in=CLAIMABLE, session__isnull=True)
            assert waiting.exists(), "a running run without anything in flight has something that may be claimed"
            assert not waiting.filter(due_at__gt=timezone.now()).exclude(status=StepState.WAITING).exists()

    def teardown(self) -> None:
        """Whatever happened, a run that is let go on comes to an end."""
        if not hasattr(self, "run"):
            return
        release_leases(own_session(), AttemptState.LOST)
        for operation in (Operation.RESUME, Operation.START):
            operate(SYSTEM, Request(operation, self.run.pk))
        Step.objects.filter(workflow=self.run, status=StepState.WAITING).update(due_at=timezone.now())
        ended = Driver().work_off(self.run)
        assert ended.status in (RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED)
        assert ended.in_flight == 0


@pytest.mark.timeout(3600 if NIGHTLY else 120)
def test_what_must_hold__holds_in_any_order(driver: Driver) -> None:
    examples, steps = (1_000, 50) if NIGHTLY else (15, 30)
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),  # a run is short enough to be read as it is
            suppress_health_check=list(HealthCheck),
            derandomize=not NIGHTLY,
        ),
    )


def test_every_flow_is_known(driver: Driver) -> None:
    for flow, given in FLOWS.items():
        found: Any = driver.work_off(driver.start(flow, **given))
        assert found.in_flight == 0
