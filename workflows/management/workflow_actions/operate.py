"""``workflow pause``, ``cancel``, ``retry`` …: operations on a run, all of them asked and answered alike."""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.api.serializers.operations import AnswerSerializer, PreviewSerializer
from workflows.management.acting import Action
from workflows.management.input_values import json_value
from workflows.management.invocation import Invocation, to_json
from workflows.management.words import effect_line
from workflows.operations.pause import DRAIN, RESUME, STAY, STOP
from workflows.operations.perform import perform
from workflows.operations.preview import preview
from workflows.operations.request import Answer, Preview, Request
from workflows.selectors.runs import run_id
from workflows.states import Operation, ReasonCode
from workflows.values import NotJson, TooLarge, encode
from workflows.values import to_json as plain

_NOT_GIVEN = object()
"""Stands for an option that was not given: JSON's ``null`` is one that was."""


def _value(text: str) -> Any:
    value = json_value(text)
    try:
        encode(plain(value, "output"))
    except (NotJson, TooLarge) as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return value


@dataclass(frozen=True)
class Operate(Action):
    """Does an operation to a run, or shows what it would do. ``options`` are the operation's own, for argparse."""

    name: str
    operation: Operation
    help: Any
    options: Mapping[str, Mapping[str, Any]]
    needs_step: bool = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the run, and what the operation takes."""
        parser.add_argument("workflow_id", metavar="ID", help=_("the run's id"))
        parser.add_argument("--step", required=self.needs_step, help=_("a step's key, or key[3] for an item"))
        parser.add_argument("--reason", default="", help=_("kept on record"))
        bound = parser.add_mutually_exclusive_group()
        bound.add_argument("--preview", action="store_true", help=_("only say what it would do, and give a ticket"))
        bound.add_argument("--ticket", help=_("do exactly what the preview with this ticket has shown, or nothing"))
        for name, details in self.options.items():
            parser.add_argument(f"--{name.replace('_', '-')}", dest=f"option_{name}", default=_NOT_GIVEN, **details)

    def run(self, invocation: Invocation) -> None:
        """Do it, or look what it would do; either ends with exit code 1 when it is refused."""
        request = self._request(invocation.options)
        if invocation.options["preview"]:
            _show_preview(invocation, preview(invocation.actor, request))
        else:
            _show_answer(invocation, perform(invocation.actor, request))

    def _request(self, given: dict[str, Any]) -> Request:
        own = {name: given[f"option_{name}"] for name in self.options if given[f"option_{name}"] is not _NOT_GIVEN}
        return Request(
            self.operation,
            run_id(given["workflow_id"]),
            step_id=given["step"],
            reason=given["reason"],
            options=own,
            ticket=given["ticket"],
        )


def _show_answer(invocation: Invocation, answer: Answer) -> None:
    if invocation.as_json:
        invocation.out.write(to_json(AnswerSerializer(answer).data))
    if not answer.is_done:
        fields = answer.metadata.get("fields", {}) if answer.reason_code is ReasonCode.INVALID_CONFIGURATION else {}
        said = [f"  {name}: {text}" for name, texts in fields.items() for text in texts]
        raise CommandError("\n".join([f"{answer.reason_code}: {answer.message}", *said]))
    if not invocation.as_json:
        invocation.out.write("\n".join([answer.message, *_simulated(answer)]))


def _simulated(answer: Answer) -> Iterator[str]:
    if answer.operation is not Operation.DRY_RUN:
        return
    for action in answer.metadata["simulated_actions"]:
        yield f"  {action['step_id']:30} {action['message']}"
        if said := action.get("preview", {}).get("message"):
            yield f"  {'':30} {said}"
    for finding in answer.metadata["findings"]:
        yield finding["message"]


def _show_preview(invocation: Invocation, found: Preview) -> None:
    invocation.answer(PreviewSerializer(found).data, _preview_lines(found))
    if not found.allowed:
        raise CommandError(f"{found.reason_code}: {found.message}")


def _preview_lines(found: Preview) -> Iterator[str]:
    for effect in found.effects:
        yield f"  {effect_line(effect)}"
    if found.estimated_seconds is not None:
        yield _("It would take about %(seconds).1f seconds.") % {"seconds": found.estimated_seconds}
    if found.ticket:
        yield _("To do exactly this: add --ticket %(ticket)s") % {"ticket": found.ticket}


_PAUSE: dict[str, dict[str, Any]] = {
    "mode": {"choices": [DRAIN, STOP], "help": gettext_lazy("let attempts in flight end, or tell them to stop")},
    "hold_until": {"metavar": "TIME", "help": gettext_lazy("a time to come, with its offset (ISO 8601)")},
    "then": {"choices": [RESUME, STAY], "help": gettext_lazy("what happens when the hold ends")},
}
_SKIP: dict[str, dict[str, Any]] = {
    "output": {
        "type": _value,
        "metavar": "JSON",
        "help": gettext_lazy("what the steps that need it are given in its place"),
    },
}

OPERATIONS: tuple[Operate, ...] = (
    # ``start NAME`` creates a run.
    Operate("start-run", Operation.START, gettext_lazy("start an idle run"), {}),
    Operate("pause", Operation.PAUSE, gettext_lazy("pause a run"), _PAUSE),
    Operate("resume", Operation.RESUME, gettext_lazy("let a paused run go on"), {}),
    Operate("cancel", Operation.CANCEL, gettext_lazy("end a run"), {}),
    Operate("retry", Operation.RETRY, gettext_lazy("run again what did not succeed, or from a step"), {}),
    Operate("restart", Operation.RESTART, gettext_lazy("put an ended run back to the beginning"), {}),
    Operate("skip-step", Operation.SKIP_STEP, gettext_lazy("skip a step"), _SKIP, needs_step=True),
    Operate("replay-step", Operation.REPLAY_STEP, gettext_lazy("run a finished step again"), {}, needs_step=True),
    Operate("dry-run", Operation.DRY_RUN, gettext_lazy("say what a run would do, and do nothing"), {}),
)
