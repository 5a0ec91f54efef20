"""What stands for a value while a workflow function is read: nothing has run yet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from django.utils.translation import gettext as _

from workflows.authoring.errors import FlowError, Place

if TYPE_CHECKING:
    from workflows.authoring.steps import StepFunction


class Handle:
    """A value that will be known when the run has come there; it can only be handed on."""

    place: Place

    def subject(self) -> str:
        """Name what the handle stands for, in errors."""
        raise NotImplementedError

    def _refuse(self, problem: str, remedy: str) -> NoReturn:
        raise FlowError(self.place, self.subject(), problem, remedy)

    def __bool__(self) -> bool:
        self._refuse(
            _("its value is not known yet, so it cannot be tested here"),
            _("make a step of the test and use .when(test(…))"),
        )

    def __iter__(self) -> Iterator[Any]:
        self._refuse(
            _("its value is not known yet, so it cannot be looped over here"),
            _("use step.map(…), which makes one step for each item"),
        )

    def __len__(self) -> int:
        self._refuse(_("its value is not known yet, so it has no length here"), _("ask for the length inside a step"))

    def __getitem__(self, item: object) -> Any:
        self._refuse(
            _("its value is not known yet, so no part of it can be taken here"), _("take the part inside a step")
        )


@dataclass(eq=False)
class InputHandle(Handle):
    """A parameter of the workflow."""

    name: str
    place: Place

    def subject(self) -> str:
        """See ``Handle``."""
        return self.name


@dataclass(eq=False)
class StepHandle(Handle):
    """A step as placed in the graph; its methods return it, so that they can be chained."""

    function: "StepFunction"
    place: Place
    args: dict[str, Any]
    over: str | None = None
    given_key: str | None = None
    conditions: list["StepHandle"] = field(default_factory=list)
    waits_for: list["StepHandle"] = field(default_factory=list)

    def subject(self) -> str:
        """Give the given key, or the function's."""
        return self.given_key or self.function.key

    def after(self, *steps: "StepHandle") -> "StepHandle":
        """Start only when these are done; nothing is handed on."""
        self.waits_for.extend(self._steps(steps, "after"))
        return self

    def when(self, *conditions: "StepHandle") -> "StepHandle":
        """Run only if the output of each of these steps is true; else this step and all below it are skipped."""
        self.conditions.extend(self._steps(conditions, "when"))
        return self

    def named(self, key: str) -> "StepHandle":
        """Give the step its key."""
        self.given_key = key
        return self

    def _steps(self, given: tuple[Any, ...], method: str) -> tuple["StepHandle", ...]:
        for item in given:
            if not isinstance(item, StepHandle):
                self._refuse(
                    _(".%(method)s(%(value)r) names an unknown step") % {"method": method, "value": item},
                    _("give what calling a step in this workflow returned"),
                )
        return given
