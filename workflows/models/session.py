"""A process that works: a worker or a clock, alive as long as its heartbeat is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.workflow import new_id


class SessionKind(models.TextChoices):
    """What the process does."""

    WORKER = "worker", _("worker")
    CLOCK = "clock", _("clock")


class Session(models.Model):
    """One life of one process. Leases of steps hang on it; ``expires_at`` is told by the database's clock.

    ``place`` and ``born`` let others of the same machine see that the process is dead before its heartbeat is overdue.
    A session that has ended never lives again; ``heartbeat_at`` stays the last one that was taken.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=SessionKind.choices)
    host = models.CharField(_("host"), max_length=255)
    pid = models.PositiveIntegerField(_("process"))
    place = models.CharField(_("machine and namespace"), max_length=120, blank=True)
    born = models.PositiveBigIntegerField(_("process began, in ticks"), null=True)
    queues = models.JSONField(_("queues"), default=list)
    started_at = models.DateTimeField(_("started"))
    heartbeat_at = models.DateTimeField(_("last heartbeat"))
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [
            models.Index(fields=["kind", "expires_at"], name="session_alive"),
            models.Index(fields=["place"], condition=models.Q(ended_at__isnull=True), name="session_neighbours"),
        ]

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
