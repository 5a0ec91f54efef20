"""How long a graph takes when every step starts as soon as what it needs is done. Standard library only."""

from collections.abc import Mapping

from workflows.graph import Graph


def critical_path(graph: Graph, seconds: Mapping[str, float]) -> float:
    """Give the length, in seconds, of the longest chain of steps; a step that is not named takes no time."""
    ends: dict[str, float] = {}
    for key in graph.order():
        begins = max((ends[need] for need in graph.nodes[key].needs), default=0.0)
        ends[key] = begins + seconds.get(key, 0.0)
    return max(ends.values(), default=0.0)
