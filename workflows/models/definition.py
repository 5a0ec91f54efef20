"""A registered workflow and the graphs that runs follow."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Plan(models.Model):
    """A graph as it was written, kept once for each checksum and never changed: runs point at it for life."""

    checksum = models.CharField(_("checksum"), max_length=64, unique=True, editable=False)
    graph = models.JSONField(_("graph"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return self.checksum[:12]


class Definition(models.Model):
    """One version of a workflow that an author wrote. The same content is always the same version."""

    name = models.CharField(_("name"), max_length=200)
    version = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    checksum = models.CharField(_("checksum"), max_length=64)
    source = models.CharField(_("where it is written"), max_length=300)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, verbose_name=_("plan"), related_name="definitions")
    shaped_by_input = models.BooleanField(_("shaped by its input"), default=False)
    input_schema = models.JSONField(_("input schema"))
    deadline = models.FloatField(_("deadline (seconds)"), null=True, blank=True)
    max_running = models.PositiveIntegerField(_("runs at a time"), null=True, blank=True)
    is_current = models.BooleanField(_("current"), default=True)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)

    history = HistoricalRecords(excluded_fields=["input_schema", "description"])

    class Meta:
        verbose_name = _("definition")
        verbose_name_plural = _("definitions")
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="definition_version"),
            models.UniqueConstraint(fields=["name", "checksum"], name="definition_checksum"),
            models.UniqueConstraint(fields=["name"], condition=models.Q(is_current=True), name="definition_current"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
