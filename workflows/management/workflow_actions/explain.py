"""``workflow explain``: why a run moves or does not."""

from collections.abc import Iterator
from datetime import datetime

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.api.serializers.explain import ExplanationSerializer
from workflows.dispatch import broker_answers
from workflows.management.acting import Action
from workflows.management.invocation import Invocation
from workflows.management.words import state_in_words
from workflows.selectors.explain import Explanation, explain
from workflows.selectors.explain_reasons import Reason


class Explain(Action):
    """Says why a run is where it is, and what would move it."""

    name = "explain"
    help = gettext_lazy("say why a run moves or does not, and what would move it")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the run."""
        parser.add_argument("workflow_id", metavar="ID", help=_("the run's id"))

    def run(self, invocation: Invocation) -> None:
        """Print the reasons, each with what would move the run."""
        invocation.require("workflows.view_workflow")
        found = explain(invocation.options["workflow_id"], broker_answers=broker_answers())
        invocation.answer(ExplanationSerializer(found).data, _lines(found))


def _lines(found: Explanation) -> Iterator[str]:
    state = state_in_words(found.run.get_status_display(), found.run.phase)
    yield (
        _("It moves. State: %(state)s") % {"state": state}
        if found.moving
        else _("It does not move. State: %(state)s") % {"state": state}
    )
    for reason in found.reasons:
        yield f"- {reason.message} {_times(reason)}".rstrip()
        yield f"  → {reason.what_would_move_it}"


def _times(reason: Reason) -> str:
    since = _("since %(at)s") % {"at": _time(reason.since)} if reason.since else ""
    until = _("until %(at)s") % {"at": _time(reason.until)} if reason.until else ""
    return f"({', '.join(part for part in (since, until) if part)})" if since or until else ""


def _time(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
