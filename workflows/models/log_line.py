"""What the steps of a run logged."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.attempt import Attempt
from workflows.models.workflow import Workflow


class LogLine(models.Model):
    """One line; ``seq`` counts over the whole run in the order of commit, so that a reader who follows misses none."""

    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, related_name="log_lines", verbose_name=_("run"), db_index=False
    )
    attempt = models.ForeignKey(
        Attempt, on_delete=models.CASCADE, related_name="log_lines", verbose_name=_("attempt"), db_index=False
    )
    seq = models.PositiveBigIntegerField(_("number"))
    step = models.CharField(_("step"), max_length=220)
    level = models.PositiveSmallIntegerField(_("level"))
    logger = models.CharField(_("logger"), max_length=100, blank=True)
    message = models.TextField(_("message"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("log line")
        verbose_name_plural = _("log lines")
        constraints = [models.UniqueConstraint(fields=["workflow", "seq"], name="log_line_seq")]
        indexes = [models.Index(fields=["workflow", "step", "seq"], name="log_line_step")]

    def __str__(self) -> str:
        return self.message[:80]
