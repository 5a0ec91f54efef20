"""Work that is due and that nobody has come for: its message was lost, or never sent."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from workflows.dispatch import waiting_messages, wake
from workflows.engine.transaction import writing
from workflows.models import Step
from workflows.states import CLAIMABLE, RunState

PATIENCE = timedelta(seconds=2)
"""How long an announced step may stay unclaimed before it is announced again."""

_QUEUE_AIM = 1_000
_AT_LEAST = 50


def announce_due_steps() -> int:
    """Announce the steps that are due, the longest waiting first, and give how many these were.

    A long queue means that workers are busy, not that messages were lost: only as much is sent as fills it up to a
    fixed length, and always a little, so that a lost message is made good however long the queue is.
    """
    waiting = waiting_messages()
    if waiting is None:
        return 0
    now = timezone.now()
    due = (
        Step.objects.filter(status__in=CLAIMABLE, due_at__lte=now, session__isnull=True)
        .filter(Q(announced_at__isnull=True) | Q(announced_at__lte=now - PATIENCE))
        .filter(workflow__status=RunState.RUNNING, workflow__error__isnull=True)
        .order_by("due_at", "id")
    )
    rows = list(due.values_list("workflow_id", "pk")[: max(_AT_LEAST, _QUEUE_AIM - waiting)])
    if rows and wake(rows):
        _mark([pk for _workflow_id, pk in rows], now)
    return len(rows)


def _mark(step_ids: list[int], now: datetime) -> None:
    """Remember when these steps were announced; one that somebody is just changing is not waited for."""
    with writing():
        free = Step.objects.filter(pk__in=step_ids).order_by("pk").select_for_update(skip_locked=True)
        Step.objects.filter(pk__in=[step.pk for step in free.only("pk")]).update(announced_at=now)
