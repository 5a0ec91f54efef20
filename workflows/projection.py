"""The states of a run's steps as they were after any event, made from the events alone. Standard library only.

What is not told follows from the graph: a step becomes ready when all that it needs is done while steps may begin. In
the middle of what one transaction told, that may be one event early.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from workflows.graph import MAP, Graph
from workflows.past_steps import PastSteps, Told, place_of, view_of
from workflows.reset_plan import Reset, plan_reset
from workflows.states import CLAIMABLE, DONE, StepState

_KEPT_AT_CANCEL = DONE | {StepState.FAILED}


@dataclass
class Projection(PastSteps):
    """The steps, and whether new attempts could begin: take each event in its order by ``apply``."""

    is_running: bool = False
    is_failing: bool = False
    is_waiting: bool = False

    def apply(self, event: Told) -> None:
        """Take the next event; one of a kind that changes no step changes nothing."""
        change = getattr(self, f"_{event.kind}", None)
        if change is not None:
            change(event)

    # What a run does.

    def _run_started(self, event: Told) -> None:
        self.is_running, self.is_waiting = True, bool(event.data.get("waits"))
        self._let_go_on(self.graph.nodes)

    def _run_resumed(self, event: Told) -> None:
        # What failed while the run was held counts now, before anything else may begin.
        self.is_failing = self.is_failing or self.has_failed()
        self._run_started(event)

    def _run_admitted(self, _event: Told) -> None:
        self.is_waiting = False
        self._let_go_on(self.graph.nodes)

    def _run_paused(self, _event: Told) -> None:
        self.is_running = self.is_waiting = False

    def _run_failing(self, _event: Told) -> None:
        self.is_failing = True

    def _run_completed(self, _event: Told) -> None:
        self.is_running = False

    def _run_failed(self, _event: Told) -> None:
        self.is_running = False
        self.turn_all(CLAIMABLE, StepState.PENDING)

    def _run_cancelled(self, event: Told) -> None:
        self.is_running = self.is_waiting = False
        for step in self.steps.values():
            if step.status not in _KEPT_AT_CANCEL:
                step.finished_at = event.at
        self.turn_all(frozenset(StepState) - _KEPT_AT_CANCEL, StepState.CANCELLED)

    def _run_restarted(self, _event: Told) -> None:
        self.is_running = self.is_failing = self.is_waiting = False
        self.put_back(Reset(whole=frozenset(self.graph.nodes)))

    def _run_retried(self, event: Told) -> None:
        key, index = place_of(event.step)
        views = {name: view_of(step) for name, step in self.steps.items()}
        self.put_back(plan_reset(self.graph, views, key or None, index))
        self.is_failing = False
        self._run_started(event)

    # What a step does.

    def _step_started(self, event: Told) -> None:
        step, index = self.turn(event, StepState.RUNNING)
        if index is None:
            step.started_at, step.finished_at = event.at, None
            step.attempts = int(event.data.get("attempt", step.attempts + 1))

    def _step_succeeded(self, event: Told) -> None:
        self.end(event, StepState.SUCCEEDED)
        self._let_dependents_go_on(event)

    def _step_failed(self, event: Told) -> None:
        self.end(event, StepState.FAILED)

    def _step_retrying(self, event: Told) -> None:
        due_at = event.data.get("due_at")
        waits = due_at is not None and datetime.fromisoformat(due_at) > event.at
        self.turn(event, StepState.WAITING if waits else StepState.READY)

    def _step_skipped(self, event: Told) -> None:
        rescues = self.state_of(event) == StepState.FAILED
        step, index = self.end(event, StepState.SKIPPED)
        if index is None:
            step.skip_reason = event.data.get("because", "")
        if rescues and not self.has_failed():
            self.is_failing = False
            self._let_go_on(self.graph.nodes)
        else:
            self._let_dependents_go_on(event)

    def _step_interrupted(self, event: Told) -> None:
        """An attempt gave its step back, unless the step had been taken from it before."""
        if self.state_of(event) == StepState.RUNNING:
            self.turn(event, StepState.READY)

    _step_lost = _step_unconfirmed = _step_interrupted

    def _fan_out_opened(self, event: Told) -> None:
        step, _index = self.turn(event, StepState.RUNNING)
        step.started_at, step.items = event.at, [StepState.READY] * int(event.data["items"])

    def _let_dependents_go_on(self, event: Told) -> None:
        key, index = place_of(event.step)
        if index is None:
            self._let_go_on(self._behind(key))

    def _behind(self, key: str) -> Iterable[str]:
        """Give what waits for a step, and behind what was skipped before its turn whatever waits for that."""
        for dependent in self.graph.dependents[key]:
            yield dependent
            if self.steps[dependent].is_passed_over:
                yield from self._behind(dependent)

    def _let_go_on(self, keys: Iterable[str]) -> None:
        """Make ready what waits for nothing any more; fan-outs tell themselves when they are opened."""
        if not self.is_running or self.is_failing or self.is_waiting:
            return
        for key in keys:
            node, step = self.graph.nodes[key], self.steps[key]
            if step.status == StepState.PENDING and node.kind != MAP and all(map(self._is_past, node.needs)):
                step.status = StepState.READY

    def _is_past(self, key: str) -> bool:
        """Whether a step is done, and if it was skipped by hand, its turn has come."""
        step = self.steps[key]
        if step.is_passed_over:
            return all(map(self._is_past, self.graph.nodes[key].needs))
        return step.status in DONE


def project(graph: Graph, events: Iterable[Told]) -> Projection:
    """Give the steps of a run as they were after these events, which are its first ones in their order."""
    projection = Projection(graph)
    for event in events:
        projection.apply(event)
    return projection
