"""What the project itself remembers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """How far a growing table has been counted, and what was found (``venom_portal.metrics.tally``).

    Rows up to ``cursor`` are counted; those up to ``horizon`` may be when all transactions below ``fence`` have ended.
    """

    name = models.CharField(_("name"), primary_key=True, max_length=32)
    cursor = models.PositiveBigIntegerField(_("counted up to"), default=0)
    horizon = models.PositiveBigIntegerField(_("seen up to"), default=0)
    fence = models.PositiveBigIntegerField(_("fence"), default=0)
    counts_json = models.TextField(_("counts"), default="[]", db_column="counts")

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        default_permissions = ()  # it is nobody's to read or change

    def __str__(self) -> str:
        return self.name
