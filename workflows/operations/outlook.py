"""How long the steps that an operation sets going would take."""

from workflows.forecast.durations import durations_of
from workflows.forecast.outlook import estimate
from workflows.forecast.situation import as_it_goes_on, from_the_beginning
from workflows.operations.verb import Act
from workflows.states import Operation

_GOES_ON = (Operation.START, Operation.RESUME, Operation.RETRY)


def estimated_seconds(act: Act) -> float | None:
    """Give seconds, by what the steps took before; ``None``: they never ran, or the operation sets nothing going."""
    run = act.run
    if act.request.operation in _GOES_ON:
        step = act.step() if act.request.step_id and act.request.operation is Operation.RETRY else None
        return estimate(act.graph, as_it_goes_on(run, step), run.definition_name)
    if act.request.operation is Operation.RESTART:
        return estimate(act.graph, from_the_beginning(run), run.definition_name)
    if act.request.operation is Operation.REPLAY_STEP:
        took = durations_of(run.definition_name, [act.step().task]).values()
        return next((round(duration.median, 3) for duration in took), None)
    return None
