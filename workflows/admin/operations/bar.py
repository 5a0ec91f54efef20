"""The bar of buttons on the page of a run or of a step: what may be done, and why the rest may not.

Administration and console share it; where a button leads is for them to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from audit.actor import Actor
from workflows.admin.operations.asking import refusal_of, verb_named
from workflows.admin.operations.words import act_in_words
from workflows.models import Step, Workflow
from workflows.operations.errors import Refused
from workflows.operations.recipe import check_state
from workflows.operations.request import Request
from workflows.states import Operation

_ON_RUN = (
    Operation.START,
    Operation.PAUSE,
    Operation.RESUME,
    Operation.CANCEL,
    Operation.RETRY,
    Operation.RESTART,
    Operation.DRY_RUN,
)
_ON_STEP = (Operation.RETRY, Operation.SKIP_STEP, Operation.REPLAY_STEP)

Address = Callable[[Operation, Workflow, str | None], str]
"""Gives the address of the page that asks whether an operation is to be done to a run, or to a step of it."""


class WhyNot(NamedTuple):
    """Why an operation is not possible, in a few words and in a sentence."""

    briefly: str
    sentence: str


@dataclass(frozen=True)
class Button:
    """One operation; ``why_not`` is ``None`` where it is possible. ``asks``: a page comes first, which asks."""

    operation: Operation
    label: str
    url: str
    why_not: "WhyNot | None" = None
    asks: bool = True


def run_buttons(actor: Actor, run: Workflow, url_of: Address) -> list[Button]:
    """Give the operations on a run."""
    return [
        Button(
            operation,
            act_in_words(operation),
            url_of(operation, run, None),
            _why_not(actor, operation, run),
            asks=operation is not Operation.DRY_RUN,
        )
        for operation in _ON_RUN
    ]


def step_buttons(actor: Actor, step: Step, url_of: Address) -> list[Button]:
    """Give the operations on one step of a run."""
    run, step_id = step.workflow, step.wire_id
    return [
        Button(
            operation,
            act_in_words(operation, step_id),
            url_of(operation, run, step_id),
            _why_not(actor, operation, run, step_id),
        )
        for operation in _ON_STEP
    ]


def _why_not(actor: Actor, operation: Operation, run: Workflow, step_id: str | None = None) -> WhyNot | None:
    verb = verb_named(operation)
    if not actor.may(verb.permission):
        permission = {"permission": verb.permission}
        return WhyNot(
            _("you may not"), _("This takes the permission %(permission)s, which you do not have.") % permission
        )
    try:
        check_state(run, verb)
    except Refused as refusal:
        return WhyNot(_("not while the run is %(state)s") % {"state": run.get_status_display()}, refusal.message)
    # What depends on the step alone is found out; whole plans are not made for a button, as runs may be large.
    alone = step_id and operation is not Operation.RETRY
    refused = refusal_of(actor, Request(operation, run.pk, step_id=step_id), run) if alone else None
    return WhyNot(_("not in the step’s state"), refused.message) if refused else None
