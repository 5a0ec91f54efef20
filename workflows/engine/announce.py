"""Work that is due and that nobody has come for: its message was lost, or never sent."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Max, Q

from audit.failpoints import seeded_bug
from workflows.dispatch import QUEUE_AIM, Look, waiting_messages, wake
from workflows.engine.database_time import DatabaseNow
from workflows.engine.transaction import writing
from workflows.engine.urgency import IS_CLAIMABLE, claimable_now
from workflows.models import Step

PATIENCE = timedelta(seconds=2)
"""How long an announced step may stay unclaimed before it is announced again."""


def announce_due_steps() -> int:
    """Announce the steps that are due, the most urgent of each queue first, and give how many these were.

    A long queue means that workers are busy, not that messages were lost, and whoever answers a message takes the most
    urgent step: only as much is sent as fills the queue up to a fixed length, however much is due.
    """
    return sum(_announce_in(queue) for queue in _queues_at_work())


def _announce_in(queue: str) -> int:
    waiting = waiting_messages(queue)
    if waiting is None or waiting >= QUEUE_AIM:
        return 0
    recently = Q(announced_at__gt=DatabaseNow() - PATIENCE, announced_at__lte=DatabaseNow())
    due = (
        claimable_now()
        .filter(Q(announced_at__isnull=True) | ~recently, queue=queue)
        .order_by("-priority", "due_at", "id")
    )
    if seeded_bug("high_water_sweep"):
        seen = Step.objects.filter(announced_at__isnull=False)
        due = due.filter(pk__gt=seen.aggregate(last=Max("pk", default=0))["last"])
    rows = list(due.values_list("workflow_id", "pk")[: QUEUE_AIM - waiting])
    sent = wake([Look(workflow_id, pk, queue) for workflow_id, pk in rows]) or 0
    if sent:
        _mark([pk for _workflow_id, pk in rows[:sent]])
    return sent


def _queues_at_work() -> Iterator[str]:
    """Name the queues that have steps which may be claimed; a look into the index for each, however many steps."""
    claimable = Step.objects.filter(IS_CLAIMABLE).order_by("queue").values_list("queue", flat=True)
    queue = claimable.first()
    while queue is not None:
        yield queue
        queue = claimable.filter(queue__gt=queue).first()


def _mark(step_ids: list[int]) -> None:
    """Remember when these steps were announced; one that somebody is just changing is not waited for."""
    with writing():
        free = Step.objects.filter(pk__in=step_ids).order_by("pk").select_for_update(skip_locked=True)
        Step.objects.filter(pk__in=[step.pk for step in free.only("pk")]).update(announced_at=DatabaseNow())
