"""``@workflow``: a function that describes a graph of steps."""

import traceback
from collections.abc import Callable, Mapping
from functools import cached_property, update_wrapper
from typing import Any, overload

from django.utils.translation import gettext as _

from workflows.authoring.builder import building
from workflows.authoring.errors import FlowError, Place
from workflows.authoring.handles import InputHandle
from workflows.authoring.queues import check_queue
from workflows.authoring.signature import input_schema, parameters, place_of
from workflows.graph import Graph

MOST_RUNNING = 1_000_000


class WorkflowFunction:
    """A workflow as written: its graph, its input schema, and what its author said of it.

    ``shaped_by_input``: the function is read anew for each run, with the run's real input instead of handles, so that
    it may loop and branch on it; the graph in the catalogue is the one of the defaults. ``check`` is called with the
    input when a run is asked for and may raise ``InputRefused``. ``queue``: where its steps go that name none of their
    own. ``max_running``: how many of its runs may be at work at a time; the others wait for a place.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        title: str | None,
        name: str | None,
        deadline: float | None,
        shaped_by_input: bool,
        check: Callable[..., None] | None,
        queue: str | None,
        max_running: int | None,
    ) -> None:
        self.function = function
        self.name = name or function.__name__.replace("_", "-")
        self.title = title or self.name
        self.deadline = deadline
        self.shaped_by_input = shaped_by_input
        self.check = check
        self.queue = queue
        self.max_running = max_running
        update_wrapper(self, function)
        check_queue(function, queue)
        self._check_max_running()

    @property
    def place(self) -> Place:
        """Where the workflow is written."""
        return place_of(self.function)

    @property
    def source(self) -> str:
        """Where its code is found: ``module:name``."""
        return f"{self.function.__module__}:{self.function.__qualname__}"

    @cached_property
    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of its input."""
        return input_schema(self.function)

    @cached_property
    def graph(self) -> Graph:
        """The graph; of a workflow that is shaped by its input, the one that the defaults give.

        Raises:
            FlowError: it cannot be registered as it is written.
        """
        return self.graph_for(self._defaults() if self.shaped_by_input else None)

    def graph_for(self, values: Mapping[str, Any] | None) -> Graph:
        """Read the function with these values, or, for ``None``, with handles.

        Raises:
            FlowError: as ``graph``.
        """
        arguments = {name: InputHandle(name, self.place) for name in parameters(self.function)}
        if values is not None:
            known = parameters(self.function)
            arguments = {name: known[name].adapter.validate_python(value) for name, value in values.items()}
        with building(self.queue) as builder:
            return builder.graph(self._read(arguments), self.place)

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        """A workflow is not called, it is started: calling it would run nothing of what it describes."""
        raise FlowError(
            self.place,
            self.name,
            _("a workflow cannot be called like a function"),
            _("start it: manage.py workflow start %(name)s") % {"name": self.name},
        )

    def _check_max_running(self) -> None:
        bound = self.max_running
        if bound is not None and not (type(bound) is int and 1 <= bound <= MOST_RUNNING):
            raise FlowError(
                self.place,
                self.name,
                _("max_running cannot be %(value)r") % {"value": bound},
                _("give a whole number from 1 to %(most)d, or leave it out") % {"most": MOST_RUNNING},
            )

    def _read(self, arguments: Mapping[str, Any]) -> Any:
        try:
            return self.function(**arguments)
        except FlowError:
            raise
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            raise FlowError(
                Place(last.filename, last.lineno or 0),
                self.name,
                _("reading the workflow failed with %(error)s") % {"error": f"{type(error).__name__}: {error}"},
                _("only calls of steps belong into a workflow; move other code into a step"),
            ) from error

    def _defaults(self) -> dict[str, Any]:
        known = parameters(self.function)
        for item in known.values():
            if item.is_required:
                raise FlowError(
                    self.place,
                    self.name,
                    _("is shaped by its input, but the parameter %(name)r has no default") % {"name": item.name},
                    _("give every parameter a default"),
                )
        return {name: item.default for name, item in known.items()}


@overload
def workflow(function: Callable[..., Any], /) -> WorkflowFunction: ...
@overload
def workflow(
    *,
    title: str | None = None,
    name: str | None = None,
    deadline: float | None = None,
    shaped_by_input: bool = False,
    check: Callable[..., None] | None = None,
    queue: str | None = None,
    max_running: int | None = None,
) -> Callable[[Callable[..., Any]], WorkflowFunction]: ...
def workflow(
    function: Callable[..., Any] | None = None,
    /,
    *,
    title: str | None = None,
    name: str | None = None,
    deadline: float | None = None,
    shaped_by_input: bool = False,
    check: Callable[..., None] | None = None,
    queue: str | None = None,
    max_running: int | None = None,
) -> Any:
    """Make a workflow of a function that calls steps.

    ``title``: what people read; ``deadline``: seconds that a run may take; the rest as ``WorkflowFunction`` says.
    """

    def decorate(decorated: Callable[..., Any]) -> WorkflowFunction:
        return WorkflowFunction(
            decorated,
            title=title,
            name=name,
            deadline=deadline,
            shaped_by_input=shaped_by_input,
            check=check,
            queue=queue,
            max_running=max_running,
        )

    return decorate if function is None else decorate(function)
