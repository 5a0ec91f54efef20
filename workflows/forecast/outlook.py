"""The whole answer of a dry run: what would become of each step, how long it takes, what stands in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from workflows.forecast.critical_path import critical_path
from workflows.forecast.durations import Duration, durations_of
from workflows.forecast.findings import findings_about, has_preview, live_workers
from workflows.forecast.previews import Call, Outcome, Shown, call_previews
from workflows.forecast.simulation import Action, Simulated, Situation, Why, simulate
from workflows.forecast.words import in_words
from workflows.graph import Graph

_MAY_RUN = (Action.RUN, Action.UNKNOWN)


@dataclass(frozen=True)
class Outlook:
    """``actions`` and ``findings`` are JSON; ``estimated_seconds``: ``None`` where nothing of it ever ran."""

    actions: list[dict[str, Any]]
    estimated_seconds: float | None
    findings: list[dict[str, str]]


def outlook_on(graph: Graph, situation: Situation, definition_name: str) -> Outlook:
    """Tell what a run in this situation would do. Calls no step but the previews of those that would run."""
    simulated = simulate(graph, situation)
    durations = _durations(graph, simulated, definition_name)
    workers = live_workers()
    previews = _previews(graph, simulated)
    return Outlook(
        [_as_json(item, durations.get(graph.nodes[item.key].task), previews.get(item.key)) for item in simulated],
        _seconds(graph, simulated, durations, workers),
        [asdict(finding) for finding in findings_about(_tasks(graph, simulated), workers)],
    )


def estimate(graph: Graph, situation: Situation, definition_name: str) -> float | None:
    """Give the seconds that a run in this situation would take, by what its steps took before."""
    simulated = simulate(graph, situation)
    return _seconds(graph, simulated, _durations(graph, simulated, definition_name), live_workers())


def _tasks(graph: Graph, simulated: Sequence[Simulated]) -> set[str]:
    return {graph.nodes[item.key].task for item in simulated if item.action in _MAY_RUN}


def _durations(graph: Graph, simulated: Sequence[Simulated], definition_name: str) -> dict[str, Duration]:
    return durations_of(definition_name, _tasks(graph, simulated))


def _seconds(
    graph: Graph, simulated: Sequence[Simulated], durations: Mapping[str, Duration], workers: int
) -> float | None:
    """Add up the medians along the longest chain; a fan-out takes as many rounds as the workers need for its items."""
    seconds = {}
    for item in simulated:
        known = durations.get(graph.nodes[item.key].task)
        if item.action in _MAY_RUN and known:
            seconds[item.key] = known.median * _rounds(item, workers)
    return round(critical_path(graph, seconds), 3) if seconds else None


def _rounds(item: Simulated, workers: int) -> int:
    return 1 if item.items is None else -(-len(item.items) // max(workers, 1))


def _previews(graph: Graph, simulated: Sequence[Simulated]) -> dict[str, Shown]:
    """Call the previews of the steps that would begin, and say of the others why there is none."""
    calls, found = [], {}
    for item in simulated:
        task = graph.nodes[item.key].task
        if item.action not in _MAY_RUN or item.why is Why.IN_FLIGHT:
            continue
        if not has_preview(task):
            found[item.key] = Shown(Outcome.NONE)
        elif item.arguments is None:
            found[item.key] = Shown(Outcome.ARGUMENTS_UNKNOWN)
        else:
            calls.append(Call(item.key, task, dict(item.arguments)))
    return found | call_previews(calls)


def _as_json(item: Simulated, duration: Duration | None, preview: Shown | None) -> dict[str, Any]:
    action: dict[str, Any] = {
        "step_id": item.key,
        "action": item.action.value,
        "reason": item.why.value,
        "message": in_words(item),
        "estimated_seconds": _rounded(duration) if duration and item.action in _MAY_RUN else None,
    }
    if item.condition is not None or item.why is Why.CONDITION_UNKNOWN:
        action["condition"] = _condition(item)
    if item.unknown_until:
        action["unknown_until"] = list(item.unknown_until)
    if item.width is not None or (item.unknown_until and item.action is Action.RUN):
        action["width"] = item.width
        action["items"] = None if item.items is None else len(item.items)
    if preview is not None:
        action["preview"] = {**asdict(preview), "item": item.items[0] if item.items else None}
    return action


def _rounded(duration: Duration) -> dict[str, float]:
    return {name: round(value, 3) for name, value in asdict(duration).items()}


def _condition(item: Simulated) -> str:
    if item.condition is None:
        return f"unknown until {', '.join(item.unknown_until)}"
    return "true" if item.condition else "false"
