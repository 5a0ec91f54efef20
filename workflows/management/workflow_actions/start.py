"""``workflow start``: create a run and set it going."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.api.serializers.runs import RunSerializer
from workflows.management.acting import Action
from workflows.management.input_values import json_value, pair, read_input
from workflows.management.invocation import Invocation
from workflows.management.workflow_actions.watch import exit_as_run_did, watch
from workflows.models import Workflow
from workflows.operations.create import NewRun, create_run
from workflows.selectors.definitions import definition_of
from workflows.selectors.errors import Missing
from workflows.selectors.runs import run_of


class Start(Action):
    """Creates a run of a definition and, unless told otherwise, starts it."""

    name = "start"
    help = gettext_lazy("start a workflow")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what ``NewRun`` takes."""
        parser.add_argument("definition", metavar="NAME", help=_("the workflow's name"))
        parser.add_argument("--version", dest="run_version", type=int, help=_("another version than the current one"))
        given = parser.add_mutually_exclusive_group()
        pairs: dict[str, Any] = {"type": pair, "nargs": "+", "action": "extend", "default": [], "metavar": "K=V"}
        given.add_argument("--input", **pairs, help=_("its input, each value as the workflow's input schema wants it"))
        given.add_argument("--input-json", type=json_value, metavar="JSON", help=_("its input, all of it"))
        parser.add_argument("--label", **pairs, help=_("labels to find it by"))
        parser.add_argument("--priority", type=int, default=0, help=_("from −1000 to 1000"))
        parser.add_argument("--start-key", metavar="KEY", help=_("the same key again gives the first run again"))
        parser.add_argument("--no-start", action="store_true", help=_("only create it"))
        parser.add_argument("--wait", action="store_true", help=_("until it has ended; exit code 1 if it failed"))

    def run(self, invocation: Invocation) -> None:
        """Create the run, say its id, and wait for its end where that is asked for."""
        options = invocation.options
        if options["wait"] and options["no_start"]:
            raise CommandError(_("--wait and --no-start do not go together"), returncode=2)
        created = create_run(invocation.actor, _asked(options))
        run = run_of(created.run.pk)
        if not options["wait"]:
            invocation.answer(RunSerializer(run).data, _lines(run, created.is_new))
            return
        if not invocation.as_json:
            invocation.out.write(str(run.pk))
        run = watch(invocation, run.pk, silent=invocation.as_json)
        if invocation.as_json:
            invocation.answer(RunSerializer(run).data, ())
        exit_as_run_did(run)


def _asked(options: dict[str, Any]) -> NewRun:
    given = options["input_json"]
    return NewRun(
        definition=options["definition"],
        version=options["run_version"],
        input=read_input(_schema(options), options["input"]) if given is None else given,
        labels=dict(options["label"]),
        priority=options["priority"],
        start=not options["no_start"],
        start_key=options["start_key"],
    )


def _schema(options: dict[str, Any]) -> dict[str, Any]:
    try:
        schema: dict[str, Any] = definition_of(options["definition"], options["run_version"]).input_schema
    except Missing:
        return {}  # the operation refuses, and has it on record
    return schema


def _lines(run: Workflow, is_new: bool) -> list[str]:
    lines = [str(run.pk)]
    if not is_new:
        lines.append(_("This run was created with the same start key before; there is no second one."))
    return [*lines, _("Watch it: manage.py workflow watch %(id)s") % {"id": run.pk}]
