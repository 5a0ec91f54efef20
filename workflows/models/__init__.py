"""What the database remembers: fields, constraints and transitions, no logic."""

from workflows.models.artifact import Artifact
from workflows.models.attempt import Attempt
from workflows.models.bulk import BulkItem, BulkJob
from workflows.models.definition import Definition, Plan
from workflows.models.event import Event
from workflows.models.idempotency_key import IdempotencyKey
from workflows.models.label import Label
from workflows.models.log_line import LogLine
from workflows.models.place import Place
from workflows.models.saved_view import SavedView
from workflows.models.session import Session
from workflows.models.step import Step
from workflows.models.ticket import Ticket
from workflows.models.workflow import Workflow

__all__ = [
    "Artifact",
    "Attempt",
    "BulkItem",
    "BulkJob",
    "Definition",
    "Event",
    "IdempotencyKey",
    "Label",
    "LogLine",
    "Place",
    "Plan",
    "SavedView",
    "Session",
    "Step",
    "Ticket",
    "Workflow",
]
