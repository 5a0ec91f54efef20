"""The history of a run."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.workflow import Workflow


class Event(models.Model):
    """One thing that happened to a run; ``seq`` counts from 1 without a gap."""

    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, related_name="events", verbose_name=_("run"), db_index=False
    )
    seq = models.PositiveBigIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=32)
    step = models.CharField(_("step"), max_length=220, blank=True)
    data = models.JSONField(_("data"), default=dict)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["workflow", "seq"], name="event_seq")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"
