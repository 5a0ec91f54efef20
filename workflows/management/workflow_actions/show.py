"""``workflow show``: one run with its steps."""

import json
from collections.abc import Iterator
from datetime import datetime

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.api.serializers.runs import RunSerializer
from workflows.api.serializers.steps import StepSerializer
from workflows.management.acting import Action
from workflows.management.invocation import Invocation
from workflows.management.words import state_in_words
from workflows.models import Workflow
from workflows.selectors.paging import Window
from workflows.selectors.runs import run_of
from workflows.selectors.steps import StepFilter, StepView, steps_page, views_of

_STEPS_SHOWN = 1000


class Show(Action):
    """Shows a run; a fan-out is one line, however many items it has."""

    name = "show"
    help = gettext_lazy("show a run with its steps")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the run."""
        parser.add_argument("workflow_id", metavar="ID", help=_("the run's id"))

    def run(self, invocation: Invocation) -> None:
        """Print the run, and its steps in the order of the graph."""
        invocation.require("workflows.view_workflow")
        run = run_of(invocation.options["workflow_id"])
        steps = views_of(run.pk, steps_page(run.pk, StepFilter(items=False), Window(_STEPS_SHOWN)).rows)
        data = {**RunSerializer(run).data, "steps": StepSerializer(steps, many=True).data}
        invocation.answer(data, [*_about(run), *map(_step, steps), *_results(run)])


def _about(run: Workflow) -> Iterator[str]:
    yield f"{run.definition_name} {run.definition.version}  {run.pk}"
    yield _("State: %(state)s") % {"state": state_in_words(run.get_status_display(), run.phase)}
    yield _("Steps: %(done)s of %(total)s done, %(running)s running") % {
        "done": run.done,
        "total": run.total,
        "running": run.in_flight,
    }
    yield _("Created: %(at)s by %(who)s") % {"at": _time(run.created_at), "who": run.created_by_name}
    if run.started_at:
        yield _("Started: %(at)s") % {"at": _time(run.started_at)}
    if run.finished_at:
        yield _("Ended: %(at)s") % {"at": _time(run.finished_at)}
    if run.labels:
        yield _("Labels: %(labels)s") % {"labels": ", ".join(f"{key}={value}" for key, value in run.labels.items())}


def _step(view: StepView) -> str:
    row = view.row
    state = str(row.get_status_display())
    if view.counts:
        so_far = _("%(done)s of %(total)s items") % {"done": view.counts.done, "total": view.counts.total}
    else:
        so_far = _("attempt %(number)s") % {"number": row.attempt} if row.attempt else ""
    took = f"{(row.finished_at - row.started_at).total_seconds():.3f} s" if row.started_at and row.finished_at else ""
    return f"  {view.id:30} {state:12} {so_far:20} {took}".rstrip()


def _results(run: Workflow) -> Iterator[str]:
    if run.error:
        yield _("Error: %(step)s: %(code)s: %(message)s") % {**run.error, "step": run.error["step"] or "–"}
    if run.output is not None:
        yield _("Output: %(output)s") % {"output": json.dumps(run.output, ensure_ascii=False)}
    for artifact in run.artifacts.all():
        yield _("File: %(name)s, %(size)s bytes") % {"name": artifact.name, "size": artifact.size}


def _time(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
