"""One operation on many runs: the job, and what came of each run."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Surface
from workflows.models.workflow import new_id


class BulkStatus(models.TextChoices):
    """Where a bulk job stands."""

    COLLECTING = "collecting", _("collecting")
    """The runs that it is about are being written down."""
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    CANCELLED = "cancelled", _("cancelled")
    """The runs that it had not come to stay as they are."""
    COMPLETED = "completed", _("completed")


class BulkResult(models.TextChoices):
    """What came of one run; in a dry run, what would come of it."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    ALREADY = "already", _("already so")
    """Refused, and the run is in the state that was asked for."""
    GONE = "gone", _("gone")
    """There is no such run, or no more."""


class BulkJob(models.Model):
    """One operation on many runs. The id is that of its audit entry, and the ``parent`` of those of its runs.

    ``selection`` is what was asked for; it is written down as items up to ``cursor`` while the job is collecting.
    ``turn`` rises with every message that is answered, so that of several messages for one turn only one counts.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    operation = models.CharField(_("operation"), max_length=32)
    step_id = models.CharField(_("step"), max_length=220, blank=True)
    options = models.JSONField(_("options"), default=dict)
    metadata = models.JSONField(_("metadata"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    dry_run = models.BooleanField(_("dry run"), default=False)
    status = models.CharField(_("state"), max_length=10, choices=BulkStatus.choices, default=BulkStatus.COLLECTING)
    selection = models.JSONField(_("selection"), default=dict)
    cursor = models.UUIDField(_("collected up to"), null=True, blank=True)
    turn = models.PositiveIntegerField(_("turn"), default=0)
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    retry_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("again"),
        db_index=False,
    )  # fmt: skip
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True,
        verbose_name=_("created by"), related_name="+", db_index=False,
    )  # fmt: skip
    created_by_name = models.CharField(_("created by (name)"), max_length=150)
    is_local = models.BooleanField(_("created without an account"), default=False)
    """Whether whoever owns the portal's files, or the portal itself, asked: nobody's deletion takes their rights."""
    surface = models.CharField(_("surface"), max_length=8, choices=Surface.choices)
    address = models.CharField(_("address"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=16)
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("bulk operation")
        verbose_name_plural = _("bulk operations")
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=BulkStatus.values), name="bulk_job_status"),
        ]
        indexes = [
            models.Index(
                fields=["announced_at"],
                condition=models.Q(status__in=[BulkStatus.COLLECTING, BulkStatus.RUNNING]), name="bulk_job_at_work",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.operation} {self.id}"


class BulkItem(models.Model):
    """One run of a bulk job. ``workflow_id`` is no foreign key: the run may be gone, or never have been."""

    job = models.ForeignKey(
        BulkJob, on_delete=models.CASCADE, related_name="items", verbose_name=_("bulk operation"), db_index=False
    )
    workflow_id = models.UUIDField(_("run"))
    result = models.CharField(_("result"), max_length=8, choices=BulkResult.choices, default=BulkResult.WAITING)
    reason_code = models.CharField(_("reason code"), max_length=40, blank=True)
    message = models.TextField(_("message"), blank=True)
    operation_id = models.UUIDField(_("operation id"), null=True, blank=True)
    at = models.DateTimeField(_("time"), null=True, blank=True)

    class Meta:
        verbose_name = _("run of a bulk operation")
        verbose_name_plural = _("runs of a bulk operation")
        constraints = [
            models.UniqueConstraint(fields=["job", "workflow_id"], name="bulk_item_once"),
            models.CheckConstraint(condition=models.Q(result__in=BulkResult.values), name="bulk_item_result"),
        ]
        indexes = [models.Index(fields=["job", "result", "id"], name="bulk_item_by_result")]

    def __str__(self) -> str:
        return f"{self.workflow_id} {self.result}"
