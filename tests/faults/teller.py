"""``python -m tests.faults.teller prepare|unsettled|facts``: looks into the portal's database; one JSON answer each."""

import json
import os
import sys
from typing import Any

import django
from django.core.management import call_command


def main() -> None:
    """Answer one question."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venom_portal.settings")
    django.setup()
    answers = {"prepare": prepare, "unsettled": unsettled, "facts": facts}
    print(json.dumps(answers[sys.argv[1]](), default=str))


def prepare() -> dict[str, str]:
    """Make tables, accounts and definitions; give the accounts' passwords."""
    from django.conf import settings

    from venom_portal import demo
    from workflows import registry

    call_command("migrate", interactive=False, verbosity=0)
    registry.sync()
    return demo.make_accounts(settings.VENOM_DATA_DIR)


def unsettled() -> list[dict[str, Any]]:
    """List what still moves, or should: runs that are neither ended nor held, attempts, bulk jobs."""
    from workflows.models import Attempt, BulkJob, Workflow
    from workflows.states import RunState

    moving = Workflow.objects.filter(status=RunState.RUNNING) | Workflow.objects.filter(in_flight__gt=0)
    runs = moving.values("id", "definition_name", "status", "in_flight", "error")
    jobs = BulkJob.objects.exclude(status__in=("completed", "cancelled", "paused")).values("id", "operation", "status")
    replays = Attempt.objects.filter(status__in=("running", "queued")).values("id", "workflow_id", "status")
    return [dict(row) for row in (*runs, *jobs, *replays)]


def facts() -> dict[str, list[dict[str, Any]]]:
    """All that is judged, as ``judge.facts`` reads it."""
    return {
        "runs": _runs(),
        "steps": _steps(),
        "attempts": _attempts(),
        "entries": _entries(),
        "events": _events(),
        "jobs": _jobs(),
    }


def _runs() -> list[dict[str, Any]]:
    from workflows.models import Workflow

    rows = Workflow.objects.values("id", "definition_name", "status", "generation", "in_flight", "labels", "error")
    return [
        {
            "id": row["id"],
            "definition": row["definition_name"],
            "status": row["status"],
            "generation": row["generation"],
            "in_flight": row["in_flight"],
            "journal": row["labels"].get("journal", ""),
            "error": (row["error"] or {}).get("code", ""),
        }
        for row in rows.iterator()
    ]


def _steps() -> list[dict[str, Any]]:
    from workflows.models import Step

    return [
        {
            "run": step.workflow_id,
            "id": step.wire_id,
            "task": step.task,
            "status": step.status,
            "generation": step.generation,
            "token": step.token,
            "is_leased": step.session_id is not None,
            "nonce": step.output.get("nonce", "") if isinstance(step.output, dict) else "",
            "is_fan_out": step.is_map and not step.is_item,
            "error": (step.error or {}).get("code", ""),
        }
        for step in Step.objects.iterator()
    ]


def _attempts() -> list[dict[str, Any]]:
    from workflows.models import Attempt

    return [
        {
            "run": attempt.workflow_id,
            "step": attempt.step.wire_id,
            "number": attempt.number,
            "generation": attempt.generation,
            "token": attempt.token,
            "status": attempt.status,
            "is_replay": attempt.is_replay,
            "error": (attempt.error or {}).get("code", ""),
        }
        for attempt in Attempt.objects.select_related("step").iterator()
    ]


def _entries() -> list[dict[str, Any]]:
    from audit.models import Entry

    return [
        {
            "operation_id": entry.operation_id,
            "type": entry.operation_type,
            "resource": entry.resource_id,
            "result": entry.result,
            "code": entry.reason_code,
            "journal": ((entry.params or {}).get("metadata") or {}).get("journal", ""),
            "parent": entry.parent,
            "before": entry.state_before,
            "after": entry.state_after,
            "by": entry.triggered_by,
        }
        for entry in Entry.objects.iterator()
    ]


def _events() -> list[dict[str, Any]]:
    from workflows.models import Event

    return [
        {"run": event.workflow_id, "seq": event.seq, "kind": event.kind, "step": event.step}
        for event in Event.objects.order_by("workflow_id", "seq").iterator()
    ]


def _jobs() -> list[dict[str, Any]]:
    from workflows.models import BulkItem, BulkJob

    items: dict[Any, list[dict[str, Any]]] = {}
    for item in BulkItem.objects.iterator():
        items.setdefault(item.job_id, []).append(
            {"run": item.workflow_id, "result": item.result, "operation_id": item.operation_id}
        )
    return [{"id": job.pk, "status": job.status, "items": items.get(job.pk, [])} for job in BulkJob.objects.iterator()]


if __name__ == "__main__":
    main()
