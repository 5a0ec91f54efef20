"""A run: one workflow at work."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords
from uuid_utils.compat import uuid7

from workflows import states
from workflows.models.definition import Definition, Plan
from workflows.states import TRANSITIONS, Admission, Operation, RunState

STATE_LABELS = {
    RunState.IDLE: _("idle"),
    RunState.RUNNING: _("running"),
    RunState.PAUSED: _("paused"),
    RunState.COMPLETED: _("completed"),
    RunState.FAILED: _("failed"),
    RunState.CANCELLED: _("cancelled"),
}

ADMISSION_LABELS = {
    Admission.OPEN: _("no bound"),
    Admission.WAITING: _("waits for a place"),
    Admission.ADMITTED: _("has a place"),
}


def new_id() -> uuid.UUID:
    """Make an id that sorts by the time of its making (UUIDv7, RFC 9562)."""
    return uuid7()


def created_at(workflow_id: uuid.UUID) -> datetime:
    """Give the time, to the millisecond, at which an id was made."""
    return datetime.fromtimestamp((workflow_id.int >> 80) / 1000, UTC)


def _sources(operation: Operation) -> list[str]:
    return sorted(TRANSITIONS[operation][0])


class Workflow(models.Model):
    """A run of a definition: its state, its input and output, and the counters that move it on.

    The counters (``total``, ``done``, ``in_flight``, ``event_seq``, ``log_seq``) change only under the run's lock.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    definition = models.ForeignKey(
        Definition, on_delete=models.PROTECT, verbose_name=_("definition"), related_name="runs"
    )
    definition_name = models.CharField(_("definition name"), max_length=200, editable=False)
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, verbose_name=_("plan"), related_name="runs", db_index=False
    )
    status = FSMField(_("state"), default=RunState.IDLE, choices=list(STATE_LABELS.items()), max_length=16)
    admission = models.CharField(
        _("admission"), max_length=8, choices=list(ADMISSION_LABELS.items()), default=Admission.OPEN
    )
    priority = models.SmallIntegerField(_("priority"), default=0)
    labels = models.JSONField(_("labels"), default=dict, blank=True)
    start_key = models.CharField(_("start key"), max_length=200, null=True, blank=True)  # noqa: DJ001 (NULL: no key; unique)
    input = models.JSONField(_("input"), default=dict)
    output = models.JSONField(_("output"), null=True, blank=True)
    error = models.JSONField(_("error"), null=True, blank=True)
    generation = models.PositiveIntegerField(_("generation"), default=1)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    total = models.PositiveIntegerField(_("steps"), default=0)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    in_flight = models.PositiveIntegerField(_("attempts in flight"), default=0)
    event_seq = models.PositiveBigIntegerField(_("last event"), default=0)
    log_seq = models.PositiveBigIntegerField(_("last log line"), default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True,
        verbose_name=_("created by"), related_name="+", db_index=False,
    )  # fmt: skip
    created_by_name = models.CharField(_("created by (name)"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("created"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    deadline_left = models.FloatField(_("deadline (seconds left at the pause)"), null=True, blank=True)
    hold = models.JSONField(_("hold"), null=True, blank=True)
    hold_until = models.DateTimeField(_("held until"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    # Counters and values change with every step; a version is kept for each change of state.
    history = HistoricalRecords(
        excluded_fields=["input", "output", "admission", "total", "done", "in_flight", "event_seq", "log_seq"]
    )

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        permissions = [
            ("can_start", _("Can start runs")),
            ("can_pause", _("Can pause runs")),
            ("can_resume", _("Can resume runs")),
            ("can_cancel", _("Can cancel runs")),
            ("can_retry", _("Can retry runs")),
            ("can_restart", _("Can restart runs")),
            ("can_skip_step", _("Can skip steps")),
            ("can_replay_step", _("Can replay steps")),
            ("can_dry_run", _("Can dry-run operations")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["definition_name", "start_key"], name="workflow_start_key"),
            models.CheckConstraint(
                condition=models.Q(status__in=[state.value for state in RunState]), name="workflow_status"
            ),
        ]
        # Lists are read newest first; the id carries the time.
        indexes = [
            models.Index(fields=["status", "-id"], name="workflow_by_status"),
            models.Index(fields=["definition_name", "-id"], name="workflow_by_definition"),
            models.Index(fields=["created_by_name", "-id"], name="workflow_by_creator"),
            models.Index(
                fields=["deadline_at"], condition=models.Q(status=RunState.RUNNING), name="workflow_deadlines"
            ),
            models.Index(fields=["hold_until"], condition=models.Q(status=RunState.PAUSED), name="workflow_holds"),
        ]

    def __str__(self) -> str:
        return f"{self.definition_name} {self.id}"

    @property
    def phase(self) -> str:
        """What the state leaves open, in one word (``states.phase``)."""
        waits = self.admission == Admission.WAITING
        return states.phase(RunState(self.status), self.in_flight, failing=self.error is not None, waits=waits)

    @property
    def allowed_operations(self) -> list[Operation]:
        """The operations that the state allows now."""
        return states.allowed_operations(RunState(self.status))

    @property
    def progress(self) -> Mapping[str, int]:
        """Steps done and steps known so far; a fan-out adds its items when it is opened."""
        return {"done": self.done, "total": self.total}

    @transition(field=status, source=_sources(Operation.START), target=RunState.RUNNING)
    def start(self, at: Any) -> None:
        """Begin to run; the deadline counts from here."""
        self.started_at = at

    @transition(field=status, source=_sources(Operation.PAUSE), target=RunState.PAUSED)
    def pause(self, at: Any) -> None:
        """Claim nothing more; the deadline stands still."""
        self.paused_at = at
        if self.deadline_at:  # of a run that waits for a place it stands still already
            self.deadline_left = (self.deadline_at - at).total_seconds()
        self.deadline_at = None

    @transition(field=status, source=_sources(Operation.RESUME), target=RunState.RUNNING)
    def resume(self, at: Any) -> None:
        """Go on; what was left of the deadline counts from here."""
        self.deadline_at = at + timedelta(seconds=self.deadline_left) if self.deadline_left is not None else None
        self.deadline_left = self.hold = self.hold_until = self.paused_at = self.settled_at = None

    @transition(field=status, source=_sources(Operation.CANCEL), target=RunState.CANCELLED)
    def cancel(self, at: Any) -> None:
        """End it; attempts in flight are told to stop, and nothing that they report counts."""
        self.finished_at = at
        self.deadline_at = self.deadline_left = self.hold = self.hold_until = self.settled_at = None

    @transition(field=status, source=_sources(Operation.RETRY), target=RunState.RUNNING)
    def retry(self, at: Any) -> None:
        """Go on with what did not succeed; the deadline counts anew."""
        seconds = self.definition.deadline
        self.deadline_at = at + timedelta(seconds=seconds) if seconds else None
        self.generation += 1
        self.error = self.output = self.finished_at = self.settled_at = self.paused_at = None

    @transition(field=status, source=_sources(Operation.RESTART), target=RunState.IDLE)
    def restart(self) -> None:
        """Put it back to the beginning."""
        self.generation += 1
        self.error = self.output = self.started_at = self.finished_at = self.settled_at = self.paused_at = None
        self.deadline_at = self.deadline_left = None

    @transition(field=status, source=RunState.RUNNING, target=RunState.COMPLETED)
    def complete(self, at: Any, output: Any) -> None:
        """Every step is done: keep the output."""
        self.output = output
        self.finished_at = self.settled_at = at

    @transition(field=status, source=RunState.RUNNING, target=RunState.FAILED)
    def fail(self, at: Any) -> None:
        """The last attempt in flight of a failing run has ended; ``error`` was set when it began to fail."""
        self.finished_at = self.settled_at = at
