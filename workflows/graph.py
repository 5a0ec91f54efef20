"""The graph of a workflow as a value: what runs after what, and where each argument comes from.

Standard library only. A graph is written to JSON once, when its workflow is registered, and read back by every worker;
nothing here knows of runs, rows or clocks.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final, Literal

Json = Any
Binding = Mapping[str, Json]
"""Where a value comes from, with one key: ``const`` (a value), ``input`` (a parameter's name), ``step`` (a step's key),
``list`` or ``dict`` (bindings inside)."""

STEP: Final = "step"
MAP: Final = "map"
DEFAULT_QUEUE: Final = "default"


_QUEUE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")


class GraphError(ValueError):
    """The graph cannot run as it is. ``key`` names the step, the message says what is wrong."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class Policy:
    """How a step is run: extra attempts, seconds before the first of them (doubling), seconds an attempt may take.

    ``queue``: only workers that serve it run the step.
    """

    retries: int = 0
    backoff: float = 1.0
    timeout: float | None = None
    queue: str = DEFAULT_QUEUE


@dataclass(frozen=True)
class Node:
    """One step of the graph; ``over`` names the parameter that a fan-out fills item by item."""

    key: str
    task: str
    kind: Literal["step", "map"] = STEP
    args: Mapping[str, Binding] = field(default_factory=dict)
    over: str | None = None
    conditions: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    policy: Policy = field(default_factory=Policy)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Keys of the steps whose outputs are handed to this one, in the order of the arguments."""
        return _unique(source for binding in self.args.values() for source in steps_of(binding))

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Keys of the steps that must be done before this one starts."""
        return _unique((*self.sources, *self.conditions, *self.after))


@dataclass(frozen=True)
class Graph:
    """The nodes in the order in which they were written, and what the run's output is made of."""

    nodes: Mapping[str, Node]
    output: Binding = field(default_factory=lambda: {"const": None})

    @cached_property
    def dependents(self) -> Mapping[str, tuple[str, ...]]:
        """Key → the keys of the steps that need it directly."""
        found: dict[str, list[str]] = {key: [] for key in self.nodes}
        for node in self.nodes.values():
            for need in node.needs:
                found[need].append(node.key)
        return {key: tuple(keys) for key, keys in found.items()}

    def descendants(self, keys: Iterable[str]) -> set[str]:
        """Give the keys of all steps below these, these not included unless they lie below one another."""
        found: set[str] = set()
        open_keys = list(keys)
        while open_keys:
            for dependent in self.dependents[open_keys.pop()]:
                if dependent not in found:
                    found.add(dependent)
                    open_keys.append(dependent)
        return found

    def order(self) -> list[str]:
        """List all keys so that every step stands behind what it needs.

        Raises:
            GraphError: the steps wait for each other in a circle; the message lists the circle.
        """
        try:
            return list(TopologicalSorter({key: node.needs for key, node in self.nodes.items()}).static_order())
        except CycleError as error:
            circle: list[str] = error.args[1]
            raise GraphError(circle[0], "waits for itself: " + " → ".join(circle)) from error

    def validate(self) -> None:
        """Check that every need exists and that no circle does.

        Raises:
            GraphError: with the step's key and what is wrong.
        """
        for node in self.nodes.values():
            for need in node.needs:
                if need not in self.nodes:
                    raise GraphError(node.key, f"needs the unknown step {need!r}")
        for source in steps_of(self.output):
            if source not in self.nodes:
                raise GraphError(source, "the output comes from an unknown step")
        self.order()

    @cached_property
    def checksum(self) -> str:
        """SHA-256 over the canonical JSON, in hexadecimal."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> dict[str, Json]:
        """Write the graph as JSON; ``from_json`` gives the same graph back."""
        return {"nodes": [_node_to_json(node) for node in self.nodes.values()], "output": self.output}

    @classmethod
    def from_json(cls, body: Mapping[str, Json]) -> "Graph":
        """Read what ``to_json`` wrote."""
        nodes = [_node_from_json(item) for item in body["nodes"]]
        return cls({node.key: node for node in nodes}, body["output"])


def is_queue_name(text: object) -> bool:
    """Tell whether a queue may have this name."""
    return isinstance(text, str) and _QUEUE_NAME.fullmatch(text) is not None


def steps_of(binding: Binding) -> Iterable[str]:
    """Yield the keys of the steps that a binding takes outputs from."""
    if "step" in binding:
        yield binding["step"]
    for part in _parts(binding):
        yield from steps_of(part)


def takes_input(binding: Binding) -> bool:
    """Tell whether a binding uses the run's input."""
    return "input" in binding or any(takes_input(part) for part in _parts(binding))


def resolve(binding: Binding, run_input: Mapping[str, Json], outputs: Mapping[str, Json]) -> Json:
    """Give the value that a binding stands for; the output of a skipped step, absent from ``outputs``, is ``None``."""
    if "const" in binding:
        return binding["const"]
    if "input" in binding:
        return run_input.get(binding["input"])
    if "step" in binding:
        return outputs.get(binding["step"])
    if "list" in binding:
        return [resolve(part, run_input, outputs) for part in binding["list"]]
    return {name: resolve(part, run_input, outputs) for name, part in binding["dict"].items()}


def _parts(binding: Binding) -> Iterable[Binding]:
    return (*binding.get("list", ()), *binding.get("dict", {}).values())


def _unique(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


def _node_to_json(node: Node) -> dict[str, Json]:
    return {
        "key": node.key,
        "task": node.task,
        "kind": node.kind,
        "args": node.args,
        "over": node.over,
        "conditions": list(node.conditions),
        "after": list(node.after),
        "policy": {
            "retries": node.policy.retries,
            "backoff": node.policy.backoff,
            "timeout": node.policy.timeout,
            "queue": node.policy.queue,
        },
    }


def _node_from_json(body: Mapping[str, Json]) -> Node:
    return Node(
        key=body["key"],
        task=body["task"],
        kind=body["kind"],
        args=body["args"],
        over=body["over"],
        conditions=tuple(body["conditions"]),
        after=tuple(body["after"]),
        policy=Policy(**body["policy"]),
    )
