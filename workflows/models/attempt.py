"""One attempt at a step."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.session import Session
from workflows.models.step import Step
from workflows.models.workflow import Workflow
from workflows.states import AttemptState

ATTEMPT_STATE_LABELS = {
    AttemptState.RUNNING: _("running"),
    AttemptState.SUCCEEDED: _("succeeded"),
    AttemptState.FAILED: _("failed"),
    AttemptState.TIMEOUT: _("timed out"),
    AttemptState.INTERRUPTED: _("interrupted"),
    AttemptState.LOST: _("lost"),
    AttemptState.LATE: _("late"),
    AttemptState.UNCONFIRMED: _("stop not confirmed"),
    AttemptState.QUEUED: _("waits for a worker"),
}


class Attempt(models.Model):
    """What happened when a worker ran a step; never overwritten by a later attempt.

    ``output`` is kept here only for an attempt whose result is not the step's: it never was, or a retry took it away.
    """

    step = models.ForeignKey(
        Step, on_delete=models.CASCADE, related_name="attempt_rows", verbose_name=_("step"), db_index=False
    )
    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, related_name="attempts", verbose_name=_("run"), db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    generation = models.PositiveIntegerField(_("generation"))
    token = models.PositiveBigIntegerField(_("fencing token"))
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, related_name="attempts", verbose_name=_("worker")
    )
    status = models.CharField(_("state"), max_length=12, choices=list(ATTEMPT_STATE_LABELS.items()))
    is_replay = models.BooleanField(_("replay"), default=False)
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    stop_requested_at = models.DateTimeField(_("asked to stop"), null=True, blank=True)
    stop_reason = models.CharField(_("why it was asked to stop"), max_length=32, blank=True)
    output = models.JSONField(_("output"), null=True, blank=True)
    error = models.JSONField(_("error"), null=True, blank=True)
    traceback = models.TextField(_("traceback"), blank=True)
    dropped_log_lines = models.PositiveIntegerField(_("log lines not kept"), default=0)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [models.UniqueConstraint(fields=["step", "number"], name="attempt_number")]
        indexes = [
            models.Index(
                fields=["workflow"], condition=models.Q(status=AttemptState.RUNNING), name="attempt_running"
            ),
            models.Index(
                fields=["announced_at"],
                condition=models.Q(status=AttemptState.QUEUED), name="attempt_queued",
            ),
            models.Index(
                fields=["stop_requested_at"],
                condition=models.Q(status=AttemptState.RUNNING, stop_requested_at__isnull=False),
                name="attempt_stopping",
            ),
            models.Index(
                fields=["finished_at"], condition=models.Q(status=AttemptState.LOST), name="attempt_lost"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"#{self.number}"
