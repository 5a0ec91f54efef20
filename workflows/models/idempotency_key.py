"""What was asked under a client's own key, and what was answered."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.workflow import new_id


class IdempotencyKey(models.Model):
    """A call that happens at most once; ``operation_id`` was chosen before it and is that of its audit entry.

    ``status``, ``content_type`` and ``body`` are the answer, word for word; until there is one, whoever took the key
    at ``taken_at`` is at work. ``fingerprint`` is a checksum of what was asked.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("user"), db_index=False
    )
    key = models.CharField(_("key"), max_length=200)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    operation_id = models.UUIDField(_("operation id"), default=new_id, editable=False)
    created_at = models.DateTimeField(_("created"), db_index=True)
    taken_at = models.DateTimeField(_("taken"))
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    body = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_of_user")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_answered(self) -> bool:
        """Whether the answer is there."""
        return self.status is not None
