"""Whether the events of a run tell the states that its steps are in."""

from workflows.models import Step, Workflow
from workflows.models.step import NOT_AN_ITEM, wire_id
from workflows.selectors.past import past_of
from workflows.states import RunState


def states_in_database(run: Workflow) -> dict[str, tuple[str, str]]:
    """Each step's state and why it was skipped; items of fan-outs that are open only."""
    rows = list(Step.objects.filter(workflow=run))
    widths = {row.key: row.width or 0 for row in rows if row.index == NOT_AN_ITEM}
    return {
        row.wire_id: (row.status, "" if row.is_item else row.skip_reason)
        for row in rows
        if row.index == NOT_AN_ITEM or row.index < widths[row.key]
    }


def states_as_told(run: Workflow) -> dict[str, tuple[str, str]]:
    """The same from the events alone."""
    told: dict[str, tuple[str, str]] = {}
    for key, step in past_of(run, run.event_seq).projection.steps.items():
        told[key] = (step.status, step.skip_reason)
        told |= {wire_id(key, index): (state, "") for index, state in enumerate(step.items or [])}
    return told


def events_tell_all(run: Workflow) -> bool:
    """Compare the two, and fail with what differs."""
    run = Workflow.objects.get(pk=run.pk)
    stored, told = states_in_database(run), states_as_told(run)
    differs = {key: (stored.get(key), told.get(key)) for key in stored | told if stored.get(key) != told.get(key)}
    assert not differs, f"{RunState(run.status)}: stored, told: {differs}"
    return True
