"""``workflow bulk-job``: look at a bulk operation, hold it, let it go on, end it, or do its failed part again."""

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.api.serializers.bulk import BulkJobSerializer
from workflows.api.serializers.choices import BULK_ACTS
from workflows.management.acting import Action
from workflows.management.bulk_following import exit_as_job_did, lines_of, wait_for
from workflows.management.invocation import Invocation
from workflows.operations.bulk.again import retry_failed
from workflows.operations.bulk.steer import BulkAct, steer_bulk
from workflows.selectors.bulk import bulk_id, bulk_job_of


class BulkJobAction(Action):
    """Shows a bulk job, after doing what is asked of it."""

    name = "bulk-job"
    help = gettext_lazy("show a bulk operation, or pause, resume or cancel it, or do its failed part again")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the job and what to do."""
        parser.add_argument("job_id", metavar="ID", help=_("the id that “workflow bulk” has given"))
        parser.add_argument("act", nargs="?", choices=BULK_ACTS, help=_("without it: only show the job"))
        parser.add_argument("--reason", default="", help=_("kept on record"))
        parser.add_argument("--wait", action="store_true", help=_("until it ends; exit code 1 if a run refused it"))

    def run(self, invocation: Invocation) -> None:
        """Do it, and show the job; of ``retry-failed``, the new one."""
        options = invocation.options
        job_id = bulk_id(options["job_id"])
        if options["act"] is None:
            invocation.require("workflows.view_bulkjob")
        elif options["act"] == BulkAct.RETRY_FAILED:
            job_id = retry_failed(invocation.actor, job_id, options["reason"]).pk
        else:
            steer_bulk(invocation.actor, job_id, BulkAct(options["act"]), options["reason"])
        view = wait_for(invocation, job_id) if options["wait"] else bulk_job_of(job_id)
        invocation.answer(BulkJobSerializer(view).data, lines_of(view))
        if options["wait"]:
            exit_as_job_did(view)
