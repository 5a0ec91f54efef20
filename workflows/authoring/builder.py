"""Reads a workflow function once and writes down the graph that it describes."""

import inspect
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from workflows.authoring.errors import FlowError, Place
from workflows.authoring.handles import Handle, InputHandle, StepHandle
from workflows.authoring.signature import Parameter, parameters
from workflows.graph import MAP, STEP, Binding, Graph, GraphError, Node
from workflows.values import NotJson, to_json

if TYPE_CHECKING:
    from workflows.authoring.steps import StepFunction

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class GraphBuilder:
    """Collects the steps that a workflow function places."""

    def __init__(self, queue: str | None = None) -> None:
        self._queue = queue
        self._handles: list[StepHandle] = []

    def place(
        self,
        function: "StepFunction",
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        place: Place,
        *,
        is_map: bool = False,
    ) -> StepHandle:
        """Add a step to the graph.

        Raises:
            FlowError: an argument is missing, unknown or of the wrong type.
        """
        known = parameters(function.function)
        bound = _bind(function, args, kwargs, place)
        over = next(iter(bound), None) if is_map else None
        for name, value in bound.items():
            if name != over:
                _check_constant(function, known[name], value, place)
        handle = StepHandle(function=function, place=place, args=bound, over=over)
        self._handles.append(handle)
        return handle

    def graph(self, output: Any, place: Place) -> Graph:
        """Give the graph of all that was placed.

        Raises:
            FlowError: two steps of one key, a key that cannot be used, a circle, an output that JSON cannot carry.
        """
        keys = self._keys()
        nodes = {keys[handle]: self._node(handle, keys) for handle in self._handles}
        graph = Graph(nodes, _binding(output, keys, place, "return"))
        try:
            graph.validate()
        except GraphError as error:
            culprit = next(handle for handle in self._handles if keys[handle] == error.key)
            raise FlowError(culprit.place, error.key, str(error), _("take one .after or .when out")) from error
        return graph

    def _keys(self) -> dict[StepHandle, str]:
        """Give each step its key: the given one, or the function's, numbered where it is used again."""
        keys: dict[StepHandle, str] = {}
        uses: dict[str, list[StepHandle]] = {}
        for handle in self._handles:
            if handle.given_key is None:
                same = uses.setdefault(handle.function.key, [])
                same.append(handle)
                if same[0].function is not handle.function:
                    raise _two_of_one_name(handle, same[0])
                keys[handle] = handle.function.key if len(same) == 1 else f"{handle.function.key}-{len(same)}"
            else:
                keys[handle] = _checked_key(handle, handle.given_key)
        taken: dict[str, StepHandle] = {}
        for handle, key in keys.items():
            if taken.setdefault(key, handle) is not handle:
                raise _two_of_one_name(handle, taken[key])
        return keys

    def _node(self, handle: StepHandle, keys: Mapping[StepHandle, str]) -> Node:
        return Node(
            key=keys[handle],
            task=handle.function.task,
            kind=MAP if handle.over else STEP,
            args={name: _binding(value, keys, handle.place, keys[handle]) for name, value in handle.args.items()},
            over=handle.over,
            conditions=tuple(self._key_of(item, handle, keys) for item in handle.conditions),
            after=tuple(self._key_of(item, handle, keys) for item in handle.waits_for),
            policy=handle.function.policy_in(self._queue),
        )

    @staticmethod
    def _key_of(item: StepHandle, handle: StepHandle, keys: Mapping[StepHandle, str]) -> str:
        if item not in keys:
            raise _unknown_step(item, handle.place, keys[handle])
        return keys[item]


_active: ContextVar[GraphBuilder | None] = ContextVar("graph_builder", default=None)


def active_builder() -> GraphBuilder | None:
    """Give the builder of the workflow function that is being read, if one is."""
    return _active.get()


@contextmanager
def building(queue: str | None = None) -> Iterator[GraphBuilder]:
    """Read the workflow function that is called inside; its steps go to this queue unless they name their own."""
    token = _active.set(GraphBuilder(queue))
    try:
        builder = _active.get()
        assert builder is not None  # noqa: S101 (set two lines above)
        yield builder
    finally:
        _active.reset(token)


def _bind(function: "StepFunction", args: tuple[Any, ...], kwargs: dict[str, Any], place: Place) -> dict[str, Any]:
    """Give each argument its parameter's name."""
    known = parameters(function.function)
    takes = ", ".join(known) or _("nothing")
    remedy = _("it takes: %(parameters)s") % {"parameters": takes}
    try:
        bound = inspect.signature(function.function).bind_partial(*args, **kwargs).arguments
    except TypeError as error:
        raise FlowError(
            place,
            function.key,
            _("was given an argument that it does not take (%(detail)s)") % {"detail": error},
            remedy,
        ) from error
    missing = [item.name for item in known.values() if item.is_required and item.name not in bound]
    if missing:
        raise FlowError(
            place, function.key, _("the argument %(name)r is missing") % {"name": missing[0]}, remedy
        )  # fmt: skip
    return dict(bound)


def _check_constant(function: "StepFunction", parameter: Parameter, value: Any, place: Place) -> None:
    """Check a value that is written in the workflow itself; what comes from elsewhere is checked at run time."""
    if _holds_handle(value):
        return
    try:
        parameter.adapter.validate_python(value)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]["msg"]
        raise FlowError(
            place,
            function.key,
            _("the argument %(name)s=%(value)r does not fit (%(problem)s)")
            % {"name": parameter.name, "value": value, "problem": problem},
            _("give a value of the parameter's type"),
        ) from error


def _holds_handle(value: Any) -> bool:
    if isinstance(value, Handle):
        return True
    if isinstance(value, dict):
        return any(_holds_handle(part) for part in value.values())
    return isinstance(value, list | tuple) and any(_holds_handle(part) for part in value)


def _binding(value: Any, keys: Mapping[StepHandle, str], place: Place, subject: str) -> Binding:
    if isinstance(value, InputHandle):
        return {"input": value.name}
    if isinstance(value, StepHandle):
        if value not in keys:
            raise _unknown_step(value, place, subject)
        return {"step": keys[value]}
    if _holds_handle(value):
        if isinstance(value, dict):
            return {"dict": {str(name): _binding(part, keys, place, subject) for name, part in value.items()}}
        return {"list": [_binding(part, keys, place, subject) for part in value]}
    try:
        return {"const": to_json(value)}
    except NotJson as error:
        raise FlowError(place, subject, str(error), _("use text, numbers, lists and dicts")) from error


def _checked_key(handle: StepHandle, key: str) -> str:
    if not _KEY.fullmatch(key):
        raise FlowError(
            handle.place,
            handle.function.key,
            _("the name %(key)r cannot be used") % {"key": key},
            _("use up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit"),
        )
    return key


def _two_of_one_name(handle: StepHandle, other: StepHandle) -> FlowError:
    return FlowError(
        handle.place,
        handle.subject(),
        _("two steps have this name, the other one at %(place)s") % {"place": other.place},
        _("name one of them with .named(…)"),
    )


def _unknown_step(item: StepHandle, place: Place, subject: str) -> FlowError:
    return FlowError(
        place,
        subject,
        _("uses the step %(key)r of another workflow") % {"key": item.subject()},
        _("call that step in this workflow"),
    )
