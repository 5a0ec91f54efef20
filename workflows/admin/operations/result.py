"""The page that shows what a dry run has found."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from workflows.admin.shown import NOTHING, json_text, state_of
from workflows.forecast.previews import Outcome
from workflows.models import Workflow
from workflows.operations.request import Answer


def show_dry_run(
    site: admin.AdminSite, http: HttpRequest, run: Workflow, step_id: str | None, answer: Answer
) -> HttpResponse:
    """Show what would become of each step, and what stands in the way."""
    context = {
        **site.each_context(http),
        "opts": Workflow._meta,
        "title": _("Dry run from step %(step)s") % {"step": step_id} if step_id else _("Dry run"),
        "run": run,
        "state": state_of(run),
        "back": reverse("admin:workflows_workflow_change", args=[run.pk]),
        "answer": answer,
        "actions": [_shown(action) for action in answer.metadata["simulated_actions"]],
        "findings": answer.metadata["findings"],
        "estimated_seconds": answer.metadata["estimated_seconds"],
    }
    return TemplateResponse(http, "admin/dry_run.html", context)


def _shown(action: dict[str, Any]) -> dict[str, Any]:
    number = action.get("items", 1)
    return {
        "step_id": action["step_id"],
        "message": action["message"],
        "how_many": "?" if number is None else number,
        "preview": _preview(action.get("preview")),
    }


def _preview(preview: dict[str, Any] | None) -> str:
    if preview is None or preview["outcome"] == Outcome.NONE:
        return NOTHING
    if preview["outcome"] == Outcome.SHOWN:
        return json_text(preview["value"])
    if preview["outcome"] == Outcome.ARGUMENTS_UNKNOWN:
        return _("not known before its arguments are")
    return str(preview["message"])
