"""The trail: one row for each operation, whatever came of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class Surface(models.TextChoices):
    """Where an operation was asked for."""

    WEB = "web", _("browser")
    API = "api", _("REST")
    CLI = "cli", _("command")
    ADMIN = "admin", _("administration")
    SYSTEM = "system", _("system")


class Result(models.TextChoices):
    """What came of it."""

    SUCCESS = "success", _("success")
    FAILURE = "failure", _("failure")
    CANCELLED = "cancelled", _("cancelled")


class Entry(models.Model):
    """One operation: who, what, when, why, and what came of it. Codes are stored; words are made when shown."""

    operation_id = models.UUIDField(_("operation id"), primary_key=True, default=uuid7, editable=False)
    timestamp = models.DateTimeField(_("time"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, verbose_name=_("actor"), related_name="+"
    )
    triggered_by = models.CharField(_("actor's name then"), max_length=150)
    surface = models.CharField(_("surface"), max_length=8, choices=Surface.choices)
    address = models.CharField(_("address"), max_length=64, blank=True)
    parent = models.UUIDField(_("part of the operation"), null=True, blank=True, db_index=True)
    operation_type = models.CharField(_("operation"), max_length=32)
    resource_type = models.CharField(_("resource type"), max_length=32)
    resource_id = models.CharField(_("resource"), max_length=200)
    state_before = models.CharField(_("state before"), max_length=16, blank=True)
    state_after = models.CharField(_("state after"), max_length=16, blank=True)
    params = models.JSONField(_("parameters"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices)
    reason_code = models.CharField(_("reason code"), max_length=40)
    duration_ms = models.FloatField(_("duration (ms)"), default=0)
    error_message = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-operation_id"]
        indexes = [models.Index(fields=["resource_type", "resource_id", "-operation_id"], name="entry_by_resource")]

    def __str__(self) -> str:
        return f"{self.operation_type} {self.resource_id}"
