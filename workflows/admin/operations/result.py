"""What a dry run has found, for the pages that show it."""

from typing import Any

from django.utils.translation import gettext as _

from workflows.admin.shown import NOTHING, json_text, state_of
from workflows.forecast.previews import Outcome
from workflows.models import Workflow
from workflows.operations.dry_run_definition import DefinitionOutlook
from workflows.operations.request import Answer


def findings_of(run: Workflow, step_id: str | None, answer: Answer) -> dict[str, Any]:
    """Give, for a template, what would become of each step, and what stands in the way."""
    return {
        "title": _("Dry run from step %(step)s") % {"step": step_id} if step_id else _("Dry run"),
        "run": run,
        "state": state_of(run),
        "answer": answer,
        "actions": [_shown(action) for action in answer.metadata["simulated_actions"]],
        "findings": answer.metadata["findings"],
        "estimated_seconds": answer.metadata["estimated_seconds"],
    }


def findings_of_definition(found: DefinitionOutlook) -> dict[str, Any]:
    """Give the same of a run that does not exist yet."""
    return {
        "message": found.message,
        "actions": [_shown(action) for action in found.outlook.actions],
        "findings": found.outlook.findings,
        "estimated_seconds": found.outlook.estimated_seconds,
    }


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
