"""A step of a run."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.graph import DEFAULT_QUEUE
from workflows.models.session import Session
from workflows.models.workflow import Workflow
from workflows.states import CLAIMABLE, StepState

STEP_STATE_LABELS = {
    StepState.PENDING: _("pending"),
    StepState.READY: _("ready"),
    StepState.RUNNING: _("running"),
    StepState.WAITING: _("waiting"),
    StepState.SUCCEEDED: _("succeeded"),
    StepState.FAILED: _("failed"),
    StepState.SKIPPED: _("skipped"),
    StepState.CANCELLED: _("cancelled"),
}
NOT_AN_ITEM = -1


class Step(models.Model):
    """One node of a run's graph, or one item of a fan-out (``index`` from 0; the fan-out itself has −1).

    ``remaining`` counts the needs, or a fan-out's items, that are not done. ``token`` rises with every claim and with
    every withdrawal of a lease: a report with an older token changes nothing. ``session`` is who holds the lease; a
    step that was taken away from an attempt which still runs keeps it, and is not claimed before that attempt has
    ended. ``width`` is the number of a fan-out's items; rows beyond it are left over from an earlier opening.
    ``queue`` and ``priority`` are those of its node and its run, here so that an index finds the most urgent step.
    """

    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, related_name="steps", verbose_name=_("run"), db_index=False
    )
    key = models.CharField(_("key"), max_length=200)
    index = models.IntegerField(_("item"), default=NOT_AN_ITEM)
    task = models.CharField(_("task"), max_length=300)
    queue = models.CharField(_("queue"), max_length=50, default=DEFAULT_QUEUE)
    priority = models.SmallIntegerField(_("priority"), default=0)
    is_map = models.BooleanField(_("fan-out"), default=False)
    width = models.PositiveIntegerField(_("items"), null=True, blank=True)
    status = models.CharField(
        _("state"), max_length=10, choices=list(STEP_STATE_LABELS.items()), default=StepState.PENDING
    )
    skip_reason = models.CharField(_("why it was skipped"), max_length=16, blank=True)
    remaining = models.PositiveIntegerField(_("waits for"), default=0)
    generation = models.PositiveIntegerField(_("generation"), default=1)
    attempt = models.PositiveIntegerField(_("attempts"), default=0)
    failures = models.PositiveIntegerField(_("failures in this generation"), default=0)
    kills = models.PositiveSmallIntegerField(_("workers lost under it in this generation"), default=0)
    token = models.PositiveBigIntegerField(_("fencing token"), default=0)
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="steps", verbose_name=_("leased by"),
        db_index=False,
    )  # fmt: skip
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    item = models.JSONField(_("item value"), null=True, blank=True)
    output = models.JSONField(_("output"), null=True, blank=True)
    error = models.JSONField(_("error"), null=True, blank=True)
    progress = models.JSONField(_("progress"), null=True, blank=True)
    checkpoint = models.JSONField(_("checkpoint"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(fields=["workflow", "key", "index"], name="step_place"),
            models.CheckConstraint(
                condition=models.Q(status__in=[state.value for state in StepState]), name="step_status"
            ),
        ]
        # Partial, so that a step of a chain, which is claimed by the worker that made it ready, never enters them.
        indexes = [
            models.Index(
                fields=["workflow", "id"],
                condition=models.Q(status__in=sorted(CLAIMABLE)), name="step_claimable",
            ),
            models.Index(
                fields=["due_at", "id"], condition=models.Q(status__in=sorted(CLAIMABLE)), name="step_due"
            ),
            models.Index(
                fields=["queue", "-priority", "due_at", "id"],
                condition=models.Q(status__in=sorted(CLAIMABLE)), name="step_urgent",
            ),
            models.Index(
                fields=["session"],
                condition=models.Q(session__isnull=False), name="step_leases",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.wire_id

    @property
    def is_item(self) -> bool:
        """Whether it is one item of a fan-out."""
        return self.index != NOT_AN_ITEM

    @property
    def wire_id(self) -> str:
        """Name the step as clients do: its key, or ``key[3]`` for an item of a fan-out."""
        return wire_id(self.key, self.index)


def wire_id(key: str, index: int) -> str:
    """Write a step's id as clients see it."""
    return key if index == NOT_AN_ITEM else f"{key}[{index}]"
