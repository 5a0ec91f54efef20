"""``workflow bulk``: one operation on many runs."""

import argparse
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.api.serializers.bulk import BulkJobSerializer
from workflows.api.serializers.choices import BULK_OPERATIONS
from workflows.api.serializers.run_requests import RunFilterFields
from workflows.management.acting import Action
from workflows.management.bulk_following import exit_as_job_did, lines_of, wait_for
from workflows.management.input_values import pair
from workflows.management.invocation import Invocation
from workflows.management.workflow_actions.operate import OPERATIONS
from workflows.operations.bulk.ask import NewBulk, create_bulk
from workflows.operations.errors import Refused
from workflows.run_filter import RunFilter
from workflows.selectors.bulk import bulk_job_of
from workflows.states import Operation, ReasonCode

_REPEATABLE = ("status", "label", "not_status", "not_definition", "not_label", "not_created_by")


class Bulk(Action):
    """Asks for an operation on the runs that fit a filter, or on these; workers do it."""

    name = "bulk"
    help = gettext_lazy("do an operation to many runs")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the runs, what all operations take, and what single ones do."""
        parser.add_argument("operation", choices=[name.replace("_", "-") for name in BULK_OPERATIONS])
        parser.add_argument(
            "--filter", type=pair, nargs="+", action="extend", default=[], metavar="K=V",
            help=_("runs as “workflow list” finds them, such as status=failed or label=team:a; all of these"),
        )  # fmt: skip
        parser.add_argument("--ids", nargs="+", action="extend", type=_uuid, metavar="ID", help=_("these runs"))
        parser.add_argument("--step", help=_("a step's key, or key[3] for an item"))
        parser.add_argument("--reason", default="", help=_("kept on record"))
        parser.add_argument("--preview", action="store_true", help=_("change nothing; say what would come of it"))
        parser.add_argument("--wait", action="store_true", help=_("until it ends; exit code 1 if a run refused it"))
        for name, details in _own_options().items():
            # Absent where it is not given: JSON's null is a value.
            default = argparse.SUPPRESS
            parser.add_argument(f"--{name.replace('_', '-')}", dest=f"option_{name}", default=default, **details)

    def run(self, invocation: Invocation) -> None:
        """Ask for it, say the job's id, and wait for its end where that is asked for."""
        options = invocation.options
        job = create_bulk(invocation.actor, _asked(options))
        if not (options["wait"] or options["preview"]):
            view = bulk_job_of(job.pk)
            invocation.answer(BulkJobSerializer(view).data, [*lines_of(view), _next(job.pk)])
            return
        view = wait_for(invocation, job.pk)
        invocation.answer(BulkJobSerializer(view).data, lines_of(view))
        exit_as_job_did(view)


def _asked(options: dict[str, Any]) -> NewBulk:
    own = {name: options[f"option_{name}"] for name in _own_options() if f"option_{name}" in options}
    return NewBulk(
        operation=Operation(options["operation"].replace("-", "_")),
        wanted=_filter(options["filter"]) if options["filter"] else None,
        workflow_ids=options["ids"],
        step_id=options["step"],
        options=own,
        reason=options["reason"],
        dry_run=options["preview"],
    )


def _filter(pairs: list[tuple[str, str]]) -> RunFilter:
    """Read a filter as the list of runs does.

    Raises:
        Refused: ``invalid_configuration``, with what is wrong by name.
    """
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name in _REPEATABLE:
            given.setdefault(name, []).append(value)
        else:
            given[name] = value
    fields = RunFilterFields(data=given)
    if not fields.is_valid():
        problems = {f"filter {name}": [str(text) for text in texts] for name, texts in fields.errors.items()}
        raise Refused(ReasonCode.INVALID_CONFIGURATION, _("The filter cannot be used."), problems)
    return fields.wanted


def _own_options() -> dict[str, Any]:
    return {name: details for operation in OPERATIONS for name, details in operation.options.items()}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(_("%(text)s is no id of a run") % {"text": repr(text)}) from error


def _next(job_id: UUID) -> str:
    return _("See how far it is: manage.py workflow bulk-job %(id)s") % {"id": job_id}
