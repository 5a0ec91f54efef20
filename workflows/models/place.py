"""Places: of a bounded number of runs, which work and which wait."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.workflow import Workflow


class Place(models.Model):
    """One bound that a running or paused run is subject to, and whether the run has a place under it.

    ``bound`` is ``definition:NAME`` or ``label:KEY:VALUE``. The rows of a run change only under its lock, in the
    transaction in which the run itself changes: how many places are taken is counted from them, and stored nowhere.
    A run that waits has running steps in none, and is running: the places that a paused one waited for are asked for
    again when it is resumed.
    """

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="places", verbose_name=_("run"))
    bound = models.CharField(_("bound"), max_length=320)
    priority = models.SmallIntegerField(_("priority"))
    is_taken = models.BooleanField(_("taken"), default=False)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [models.UniqueConstraint(fields=["workflow", "bound"], name="place_once")]
        indexes = [
            models.Index(fields=["bound"], condition=models.Q(is_taken=True), name="place_taken"),
            models.Index(
                fields=["bound", "-priority", "workflow"], condition=models.Q(is_taken=False), name="place_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.bound
