"""``workflow list``: find runs."""

import argparse
from collections.abc import Iterator
from datetime import datetime

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.api.serializers.runs import RunSummarySerializer
from workflows.management.acting import Action
from workflows.management.input_values import pair
from workflows.management.invocation import Invocation
from workflows.management.words import state_in_words
from workflows.models import Workflow
from workflows.run_filter import RunFilter
from workflows.selectors.paging import Page, Window
from workflows.selectors.runs import run_id, runs_page
from workflows.states import RunState

_MOST = 1000


class ListRuns(Action):
    """Lists runs that fit all filters, the newest first."""

    name = "list"
    help = gettext_lazy("list runs, the newest first")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what ``RunFilter`` takes."""
        states = [state.value for state in RunState]
        parser.add_argument("--status", action="append", choices=states, default=[], help=_("may be repeated: any of"))
        parser.add_argument("--definition", default="", metavar="NAME", help=_("runs of this workflow"))
        parser.add_argument(
            "--label", type=pair, action="append", default=[], metavar="K=V", help=_("may be repeated: all of")
        )
        parser.add_argument("--created-by", default="", metavar="USER", help=_("runs that this user created"))
        parser.add_argument("--q", default="", metavar="TEXT", help=_("part of an id, a name, a label or a creator"))
        parser.add_argument("--since", type=_moment, metavar="TIME", help=_("created then or later (ISO 8601)"))
        parser.add_argument("--until", type=_moment, metavar="TIME", help=_("created then or earlier (ISO 8601)"))
        parser.add_argument(
            "--not-status", action="append", choices=states, default=[], help=_("may be repeated: none of")
        )
        parser.add_argument(
            "--not-definition", action="append", default=[], metavar="NAME", help=_("no runs of this workflow")
        )
        parser.add_argument(
            "--not-label", type=pair, action="append", default=[], metavar="K=V", help=_("may be repeated: without any")
        )
        parser.add_argument(
            "--not-created-by", action="append", default=[], metavar="USER", help=_("no runs that this user created")
        )
        parser.add_argument("--limit", type=_limit, default=50, help=_("how many at most (by default 50)"))
        parser.add_argument("--after", metavar="ID", help=_("only runs that stand behind this one"))

    def run(self, invocation: Invocation) -> None:
        """Print a page of runs."""
        invocation.require("workflows.view_workflow")
        options = invocation.options
        wanted = RunFilter(
            status=[RunState(state) for state in options["status"]],
            definition=options["definition"],
            labels=options["label"],
            created_by=options["created_by"],
            q=options["q"],
            since=options["since"],
            until=options["until"],
            not_status=[RunState(state) for state in options["not_status"]],
            not_definition=options["not_definition"],
            not_labels=options["not_label"],
            not_created_by=options["not_created_by"],
        )
        after = run_id(options["after"]) if options["after"] else None
        page = runs_page(wanted, Window(options["limit"], after=after))
        data = RunSummarySerializer(page.rows, many=True).data if invocation.as_json else None
        invocation.answer(data, _lines(page))


def _lines(page: Page[Workflow]) -> Iterator[str]:
    for run in page.rows:
        state = state_in_words(run.get_status_display(), run.phase)
        created = timezone.localtime(run.created_at)
        yield f"{run.pk}  {created:%Y-%m-%d %H:%M:%S}  {run.definition_name:24}  {run.done:>6}/{run.total:<6}  {state}"
    if not page.rows:
        yield _("No run fits.")
    if page.after is not None:
        yield _("There are more: add --after %(id)s") % {"id": page.after}


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(_("%(text)s is no time in ISO 8601") % {"text": repr(text)}) from error
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(_("should be a number from 1 to %(most)s") % {"most": _MOST})
    return int(text)
