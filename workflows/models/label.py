"""Labels of runs, a row each, so that runs are found by them through an index."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.workflow import Workflow


class Label(models.Model):
    """One ``key: value`` of a run; the run's own ``labels`` shows them together."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="label_rows", verbose_name=_("run"))
    key = models.CharField(_("key"), max_length=100)
    value = models.CharField(_("value"), max_length=200)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        constraints = [models.UniqueConstraint(fields=["workflow", "key"], name="label_once")]
        indexes = [models.Index(fields=["key", "value", "-workflow"], name="label_lookup")]

    def __str__(self) -> str:
        return f"{self.key}:{self.value}"
