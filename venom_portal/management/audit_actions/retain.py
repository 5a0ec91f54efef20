"""``audit retain``: remove the oldest part of the trail."""

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.retention import remove_batch
from audit.selectors.entry_filter import read_moment
from venom_portal.management.progress import progress
from venom_portal.trail import retain
from workflows.management.acting import Action
from workflows.management.invocation import Invocation


class Retain(Action):
    """Removes all sealed segments that are wholly older than a time; their seals stay."""

    name = "retain"
    help = gettext_lazy("remove entries that are older than a time; their seals stay")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the time, and why."""
        parser.add_argument("--before", required=True, metavar="TIME", help=_("a date, or a time in ISO 8601 (UTC)"))
        parser.add_argument("--reason", default="", help=_("why; kept with the audit entry"))

    def run(self, invocation: Invocation) -> None:
        """Permit it, then remove batch by batch; the clock goes on with what an interruption leaves."""
        try:
            before = read_moment(invocation.options["before"])
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        count = retain(invocation.actor, before, invocation.options["reason"])
        with progress(_("Removing"), count) as advance:
            while removed := remove_batch():
                advance(removed)
        line = ngettext("%(count)d entry removed.", "%(count)d entries removed.", count) % {"count": count}
        invocation.answer({"removed": count, "before": before.isoformat()}, [line])
