"""Who does what only one process at a time should do."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Singleton(models.Model):
    """A lease on a duty, by name. ``token`` rises each time the duty changes hands; times are the database's."""

    name = models.CharField(_("duty"), primary_key=True, max_length=64)
    holder = models.CharField(_("held by"), max_length=200)
    token = models.PositiveBigIntegerField(_("fencing token"), default=1)
    expires_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("singleton lease")
        verbose_name_plural = _("singleton leases")

    def __str__(self) -> str:
        return self.name
