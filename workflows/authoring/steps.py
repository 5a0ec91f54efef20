"""``@step``: a plain function that a workflow can place in its graph."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import update_wrapper
from typing import Any, overload

from django.utils.translation import gettext as _
from pydantic import ValidationError

from workflows.authoring.builder import active_builder
from workflows.authoring.errors import FlowError, PermanentError, Place
from workflows.authoring.queues import check_queue
from workflows.authoring.signature import parameters, place_of
from workflows.graph import DEFAULT_QUEUE, Policy


class StepFunction:
    """A step. Called inside a workflow it is placed in the graph; called anywhere else it just runs."""

    def __init__(self, function: Callable[..., Any], policy: Policy, queue: str | None = None) -> None:
        self.function = function
        self.policy = policy
        self.queue = queue
        self.preview_function: Callable[..., Any] | None = None
        update_wrapper(self, function)

    @property
    def key(self) -> str:
        """The function's name with dashes: the step's key where no other is given."""
        return self.function.__name__.replace("_", "-")

    @property
    def task(self) -> str:
        """Where a worker finds the step: ``module:name``."""
        return f"{self.function.__module__}:{self.function.__qualname__}"

    @property
    def place(self) -> Place:
        """Where the step is written."""
        return place_of(self.function)

    def policy_in(self, queue: str | None) -> Policy:
        """Give the policy of a step in a workflow whose steps go to this queue unless they name their own."""
        return replace(self.policy, queue=self.queue or queue or DEFAULT_QUEUE)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Place the step, or run the function."""
        if builder := active_builder():
            return builder.place(self, args, kwargs, _caller())
        return self.function(*args, **kwargs)

    def map(self, items: Any, **shared: Any) -> Any:
        """Make one step for each item of a list; ``shared`` arguments are handed to every one as they are.

        The output is the list of their outputs, in the order of the items.
        """
        if builder := active_builder():
            return builder.place(self, (items,), shared, _caller(), is_map=True)
        return [self.function(item, **shared) for item in items]

    def preview(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Register the function that says what the step would do; it takes the step's arguments."""
        self.preview_function = function
        return function

    def invoke(self, arguments: Mapping[str, Any]) -> Any:
        """Run the function with JSON values, each made into its parameter's type first.

        Raises:
            PermanentError: a value does not fit its parameter.
        """
        return self.function(**self._typed(arguments))

    def invoke_preview(self, arguments: Mapping[str, Any]) -> Any:
        """Call the registered preview with the step's arguments, made into their types as for the step itself.

        Raises:
            PermanentError: a value does not fit its parameter.
        """
        return self.preview_function(**self._typed(arguments)) if self.preview_function else None

    def _typed(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        known = parameters(self.function)
        values = {}
        for name, value in arguments.items():
            try:
                values[name] = known[name].adapter.validate_python(value)
            except ValidationError as error:
                problem = error.errors(include_url=False)[0]
                where = ".".join(str(part) for part in (name, *problem["loc"]))
                raise PermanentError(
                    _("the argument %(name)s does not fit: %(problem)s") % {"name": where, "problem": problem["msg"]}
                ) from error
        return values


@overload
def step(function: Callable[..., Any], /) -> StepFunction: ...
@overload
def step(
    *, retries: int = 0, backoff: float = 1.0, timeout: float | None = None, queue: str | None = None
) -> Callable[[Callable[..., Any]], StepFunction]: ...
def step(
    function: Callable[..., Any] | None = None,
    /,
    *,
    retries: int = 0,
    backoff: float = 1.0,
    timeout: float | None = None,
    queue: str | None = None,
) -> Any:
    """Make a step of a function.

    ``retries``: extra attempts after a failure; ``backoff``: seconds before the first of them, doubling each time;
    ``timeout``: seconds that one attempt may take; ``queue``: only workers that serve it run the step, and the
    workflow's unless it is given.
    """

    def decorate(decorated: Callable[..., Any]) -> StepFunction:
        _check_policy(decorated, retries, backoff, timeout)
        check_queue(decorated, queue)
        return StepFunction(decorated, Policy(retries=retries, backoff=backoff, timeout=timeout), queue)

    return decorate if function is None else decorate(function)


def _check_policy(function: Callable[..., Any], retries: int, backoff: float, timeout: float | None) -> None:
    """Refuse numbers that would surprise at run time."""
    wrong = [
        name
        for name, fits in (
            ("retries", isinstance(retries, int) and retries >= 0),
            ("backoff", isinstance(backoff, int | float) and backoff >= 0),
            ("timeout", timeout is None or (isinstance(timeout, int | float) and timeout > 0)),
        )
        if not fits
    ]
    if wrong:
        raise FlowError(
            place_of(function),
            function.__name__,
            _("%(name)s cannot be that") % {"name": wrong[0]},
            _("retries is a whole number from 0, backoff seconds from 0, timeout seconds above 0"),
        )


def _caller() -> Place:
    """Say where in the author's code the step was called."""
    frame = inspect.currentframe()
    caller = frame.f_back.f_back if frame and frame.f_back else None
    return Place(caller.f_code.co_filename, caller.f_lineno) if caller else Place("?", 0)
