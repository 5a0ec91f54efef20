"""What can be known of the values that steps hand on before they have run. Standard library only."""

from collections.abc import Mapping
from typing import Final

from workflows.graph import Binding, Json, Node, resolve, steps_of

NOT_A_LIST: Final = -1


class KnownValues:
    """The outputs that are known, and the widths of fan-outs, whose outputs are lists of that length."""

    def __init__(self, run_input: Mapping[str, Json]) -> None:
        self._input = run_input
        self._outputs: dict[str, Json] = {}
        self._widths: dict[str, int] = {}

    def learn(self, key: str, output: Json) -> None:
        """Take note of a step's output."""
        self._outputs[key] = output

    def learn_width(self, key: str, width: int) -> None:
        """Take note of how many items a fan-out has; without any, its output is known."""
        self._widths[key] = width
        if width == 0:
            self._outputs[key] = []

    def truth(self, key: str) -> bool | None:
        """Tell whether a step's output counts as true; ``None``: not known yet."""
        if key in self._outputs:
            return bool(self._outputs[key])
        return True if key in self._widths else None

    def unknown_sources(self, binding: Binding) -> tuple[str, ...]:
        """Give the keys of the steps whose outputs are missing to know a value."""
        return tuple(dict.fromkeys(key for key in steps_of(binding) if key not in self._outputs))

    def width(self, node: Node) -> int | None:
        """Give the number of items that a fan-out would have; ``None``: not known yet; ``NOT_A_LIST``."""
        binding = node.args[node.over or ""]
        if "list" in binding:
            return len(binding["list"])
        if binding.get("step") in self._widths:
            return self._widths[binding["step"]]
        if self.unknown_sources(binding):
            return NOT_A_LIST if "dict" in binding else None
        value = resolve(binding, self._input, self._outputs)
        return len(value) if isinstance(value, list) else NOT_A_LIST

    def arguments(self, node: Node, place: int | None = None) -> dict[str, Json] | None:
        """Give what a step would be called with, an item of a fan-out by its place; ``None``: not all is known."""
        if any(self.unknown_sources(binding) for binding in node.args.values()):
            return None
        values = {name: resolve(binding, self._input, self._outputs) for name, binding in node.args.items()}
        if node.over and place is not None:
            items = values[node.over]
            if not isinstance(items, list) or place >= len(items):
                return None
            values[node.over] = items[place]
        return values
