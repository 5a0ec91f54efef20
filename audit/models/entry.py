"""The trail: one row for each operation, whatever came of it."""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from audit.operations import label_of


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
    """One operation: who, what, when, why, and what came of it. Codes are stored; words are made when shown.

    Only ``audit.record`` writes it, and nothing changes it: triggers of the database see to that. ``seq`` is its place
    among the entries of its resource, from 1, without a gap. ``actor_id`` is the user's primary key as text: the entry
    outlives the account.
    """

    operation_id = models.UUIDField(_("operation id"), primary_key=True, default=uuid7, editable=False)
    timestamp = models.DateTimeField(_("time"))
    actor_id = models.CharField(_("actor's id"), max_length=64, blank=True)
    triggered_by = models.CharField(_("actor's name then"), max_length=150)
    surface = models.CharField(_("surface"), max_length=8, choices=Surface.choices)
    address = models.CharField(_("address"), max_length=64, blank=True)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)
    parent = models.UUIDField(_("part of the operation"), null=True, blank=True)
    operation_type = models.CharField(_("operation"), max_length=32)
    resource_type = models.CharField(_("resource type"), max_length=32)
    resource_id = models.CharField(_("resource"), max_length=200)
    seq = models.PositiveBigIntegerField(_("place in the resource's trail"))
    state_before = models.CharField(_("state before"), max_length=16, blank=True)
    state_after = models.CharField(_("state after"), max_length=16, blank=True)
    # As text: a database's own JSON may give numbers back in another form, and the seal is over the bytes.
    params_json = models.TextField(_("parameters"), default="{}", db_column="params")
    reason = models.TextField(_("reason"), blank=True)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices)
    reason_code = models.CharField(_("reason code"), max_length=40)
    duration_us = models.PositiveBigIntegerField(_("duration (µs)"), default=0)
    error_message = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-timestamp", "-operation_id"]
        permissions = [
            ("can_export", _("Can export the audit trail")),
            ("can_retain", _("Can remove old audit entries")),
            ("can_rotate_key", _("Can replace the sealing key")),
        ]
        constraints = [
            # Begins with what tells most: SQLite would else look for a resource's id under each type.
            models.UniqueConstraint(fields=["resource_id", "resource_type", "seq"], name="entry_place"),
        ]
        # Each filter of the lists, followed by their order.
        indexes = [
            models.Index(fields=["timestamp", "operation_id"], name="entry_by_time"),
            models.Index(fields=["operation_type", "timestamp", "operation_id"], name="entry_by_operation"),
            models.Index(fields=["triggered_by", "timestamp", "operation_id"], name="entry_by_actor"),
            models.Index(fields=["result", "timestamp", "operation_id"], name="entry_by_result"),
            models.Index(fields=["reason_code", "timestamp", "operation_id"], name="entry_by_code"),
            models.Index(fields=["surface", "timestamp", "operation_id"], name="entry_by_surface"),
            models.Index(fields=["resource_type", "timestamp", "operation_id"], name="entry_by_resource_type"),
            models.Index(fields=["resource_id", "timestamp", "operation_id"], name="entry_by_resource"),
            models.Index(fields=["request_id", "timestamp", "operation_id"], name="entry_by_request"),
            models.Index(
                fields=["parent", "timestamp", "operation_id"],
                condition=models.Q(parent__isnull=False),
                name="entry_by_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation_type} {self.resource_id}"

    @property
    def params(self) -> Any:
        """What was asked for, as JSON; secrets are redacted."""
        return json.loads(self.params_json)

    @property
    def duration_ms(self) -> float:
        """How long it took, in milliseconds."""
        return self.duration_us / 1000

    @property
    def operation_label(self) -> str:
        """The operation in the reader's language."""
        return label_of(self.operation_type)
