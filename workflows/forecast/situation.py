"""Reads where a run stands, as far as a simulation has to know."""

from collections.abc import Mapping

from workflows.engine.outputs import outputs_of
from workflows.engine.plans import graph_of, input_of
from workflows.engine.reset import views_of
from workflows.forecast.simulation import Situation
from workflows.graph import Graph
from workflows.models import Step, Workflow
from workflows.models.step import NOT_AN_ITEM
from workflows.reset_plan import Reset, StepView, plan_reset
from workflows.states import DONE, RunState, StepState

_UNDER_WAY = (RunState.RUNNING, RunState.PAUSED)
_BROKEN_OFF = (RunState.FAILED, RunState.CANCELLED)


def as_it_goes_on(run: Workflow, step: Step | None = None) -> Situation:
    """Give the situation in which a run goes on: as it is, or, once it was broken off, as a retry leaves it.

    ``step``: as if this step, and what is below it, were put back first.
    """
    graph, steps = graph_of(run.plan_id), views_of(run.pk)
    reset = Reset(frozenset())
    if step is not None:
        reset = plan_reset(graph, steps, step.key, None if step.index == NOT_AN_ITEM else step.index)
    elif run.status in _BROKEN_OFF:
        reset = plan_reset(graph, steps)
    return _situation(run, graph, steps, reset, step)


def from_the_beginning(run: Workflow) -> Situation:
    """Give the situation after a restart."""
    graph = graph_of(run.plan_id)
    return _situation(run, graph, views_of(run.pk), Reset(frozenset(graph.nodes)), None)


def before_the_first_run(graph: Graph, run_input: Mapping[str, object]) -> Situation:
    """Give the situation of a run that is yet to be created."""
    return Situation({key: StepView(StepState.PENDING) for key in graph.nodes}, run_input=run_input)


def _situation(
    run: Workflow, graph: Graph, steps: Mapping[str, StepView], reset: Reset, named: Step | None
) -> Situation:
    return Situation(
        steps,
        outputs_of(run.pk, graph, _taken_by_others(graph, steps, reset)),
        input_of(run.pk),
        reset,
        named.key if named else None,
        is_failing=not reset.touched and _is_failing(run, steps),
    )


def _taken_by_others(graph: Graph, steps: Mapping[str, StepView], reset: Reset) -> set[str]:
    """Give the keys of the steps that are done and whose outputs go to steps that are not."""
    done = {key for key, view in steps.items() if view.status in DONE} - reset.touched
    return {need for key in steps.keys() - done for need in graph.nodes[key].needs if need in done}


def _is_failing(run: Workflow, steps: Mapping[str, StepView]) -> bool:
    """Tell whether a run has a step that failed for good; of a paused run it is told when it is resumed."""
    if run.status not in _UNDER_WAY:
        return False
    return run.error is not None or any(
        StepState.FAILED in (view.status, *(view.items or ())) for view in steps.values()
    )
