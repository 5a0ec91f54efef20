"""Files that steps leave with their run."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.workflow import Workflow


class Artifact(models.Model):
    """A named file of a run, such as a report; kept in the database, so that every web process can serve it."""

    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, related_name="artifacts", verbose_name=_("run"), db_index=False
    )
    name = models.CharField(_("name"), max_length=100)
    step = models.CharField(_("step"), max_length=220)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveIntegerField(_("size (bytes)"))
    content = models.BinaryField(_("content"))
    created_at = models.DateTimeField(_("created"), auto_now=True)

    class Meta:
        verbose_name = _("artifact")
        verbose_name_plural = _("artifacts")
        constraints = [models.UniqueConstraint(fields=["workflow", "name"], name="artifact_name")]

    def __str__(self) -> str:
        return self.name
