"""What an operation consists of: one class for each, in a file of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from audit.actor import Actor
from workflows.engine.move import Move
from workflows.engine.plans import graph_of
from workflows.graph import Graph
from workflows.models import Step, Workflow
from workflows.models.step import NOT_AN_ITEM
from workflows.operations.errors import Refused
from workflows.operations.request import Effect, Request
from workflows.states import Operation, ReasonCode


@dataclass(frozen=True)
class Act:
    """One operation at work: who asks, what for, and the run as it is under its lock."""

    actor: Actor
    request: Request
    run: Workflow
    operation_id: UUID

    @property
    def graph(self) -> Graph:
        """The run's graph."""
        return graph_of(self.run.plan_id)

    def option(self, name: str, default: Any = None) -> Any:
        """Give an option of the request."""
        return self.request.options.get(name, default)

    def step(self) -> Step:
        """Give the step that the request names.

        Raises:
            Refused: ``resource_not_found``, or ``invalid_configuration`` where none is named.
        """
        if not self.request.step_id:
            raise Refused(
                ReasonCode.INVALID_CONFIGURATION,
                _("This operation needs a step."),
                {"step_id": [_("Name the step.")]},
            )
        key, index = parse_step_id(self.request.step_id)
        step = Step.objects.filter(workflow=self.run, key=key, index=index).first()
        if step is None or (step.is_item and not self._is_open(step)):
            raise Refused(
                ReasonCode.RESOURCE_NOT_FOUND,
                _("The run has no step %(step)s.") % {"step": self.request.step_id},
            )
        return step

    def _is_open(self, item: Step) -> bool:
        """Tell whether an item belongs to its fan-out as it is now, and is not left over from an earlier opening."""
        return Step.objects.filter(workflow=self.run, key=item.key, index=NOT_AN_ITEM, width__gt=item.index).exists()


class Verb:
    """An operation: what it would do, and doing it.

    ``plan`` reads and refuses, ``apply`` changes; a preview is ``plan`` alone. Both see the same run: under its lock
    when the operation happens.
    """

    operation: ClassVar[Operation]
    permission: ClassVar[str]
    options: ClassVar[frozenset[str]] = frozenset()
    reason_code: ClassVar[ReasonCode] = ReasonCode.OPERATION_COMPLETED
    saved: ClassVar[tuple[str, ...]] = ()
    """The run's columns that the operation changes, beside its state and revision."""

    def plan(self, act: Act) -> list[Effect]:
        """Say what the operation does to each step.

        Raises:
            Refused: it cannot be done; the state has been checked before.
        """
        raise NotImplementedError

    def apply(self, act: Act, move: Move) -> Mapping[str, Any]:
        """Do it, under the run's lock, and give what is added to the answer's metadata."""
        raise NotImplementedError

    def after_save(self, act: Act, move: Move) -> None:
        """Draw what follows once the run's new state is saved."""

    def after_commit(self, act: Act) -> None:
        """Wait for what the answer promises; the operation has happened already."""

    def message(self, act: Act) -> str:
        """Say that it was done, in one sentence."""
        raise NotImplementedError


def parse_step_id(step_id: str) -> tuple[str, int]:
    """Read a step's id as clients write it: its key, or ``key[3]`` for an item of a fan-out."""
    key, bracket, rest = step_id.partition("[")
    number = rest.removesuffix("]")
    if bracket and rest.endswith("]") and number.isdecimal() and len(number) < 10:
        return key, int(number)
    return step_id, -1
