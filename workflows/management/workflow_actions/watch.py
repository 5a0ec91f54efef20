"""``workflow watch``: follow a run until it ends."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.api.serializers.history import EventSerializer
from workflows.api.serializers.runs import RunSerializer
from workflows.management.acting import Action
from workflows.management.following import as_line, follow, show_bar
from workflows.management.invocation import Invocation, to_json
from workflows.models import Workflow
from workflows.states import ReasonCode, RunState

_INTERRUPTED = 130


class Watch(Action):
    """Shows what happens to a run. It only looks: ending it does nothing to the run."""

    name = "watch"
    help = gettext_lazy("follow a run until it ends; in JSON a line for each event, and the run at the end")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the run."""
        parser.add_argument("workflow_id", metavar="ID", help=_("the run's id"))

    def run(self, invocation: Invocation) -> None:
        """Follow the run, and end as it did."""
        invocation.require("workflows.view_workflow")
        run = watch(invocation, invocation.options["workflow_id"])
        if invocation.as_json:
            invocation.answer(RunSerializer(run).data, ())
        exit_as_run_did(run)


def watch(invocation: Invocation, workflow_id: Any, *, silent: bool = False) -> Workflow:
    """Show what happens to a run until it has ended, and give it as it ended.

    Raises:
        Missing: there is no such run.
    """
    try:
        if not invocation.as_json and invocation.out.isatty():
            return show_bar(workflow_id, invocation.out)  # type: ignore[arg-type]  # the wrapper writes as a TextIO does
        return _show_lines(invocation, workflow_id, silent=silent)
    except KeyboardInterrupt:
        raise CommandError(_("The run goes on."), returncode=_INTERRUPTED) from None


def _show_lines(invocation: Invocation, workflow_id: Any, *, silent: bool) -> Workflow:
    for run, events in follow(workflow_id):  # noqa: B007 (the last one is the answer)
        for event in () if silent else events:
            invocation.out.write(to_json(EventSerializer(event).data) if invocation.as_json else as_line(event))
        invocation.out.flush()
    return run


def exit_as_run_did(run: Workflow) -> None:
    """End with exit code 1, and with the reason, unless the run completed.

    Raises:
        CommandError: it did not.
    """
    if run.status == RunState.COMPLETED:
        return
    error = run.error or {}
    if run.status == RunState.CANCELLED:
        raise CommandError(f"{ReasonCode.OPERATION_CANCELLED}: " + _("the run was cancelled"))
    raise CommandError(f"{error.get('code', '')}: {error.get('step') or ''}: {error.get('message', '')}")
