"""How long the trail of one resource is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trail(models.Model):
    """The counter of one resource's entries: it gives each its place, without a gap.

    ``length`` is the place of the last entry, ``removed`` how many of the first were removed by retention.
    """

    resource_type = models.CharField(_("resource type"), max_length=32)
    resource_id = models.CharField(_("resource"), max_length=200)
    length = models.PositiveBigIntegerField(_("entries"), default=0)
    removed = models.PositiveBigIntegerField(_("removed by retention"), default=0)

    class Meta:
        verbose_name = _("trail")
        verbose_name_plural = _("trails")
        constraints = [models.UniqueConstraint(fields=["resource_type", "resource_id"], name="trail_resource")]

    def __str__(self) -> str:
        return f"{self.resource_type} {self.resource_id}"
