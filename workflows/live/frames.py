"""What is sent through a stream (HTML Living Standard, "Server-sent events")."""

import json
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from rest_framework.utils.encoders import JSONEncoder

from workflows.api.serializers.history import EventSerializer
from workflows.models import Event
from workflows.selectors.changes import Changes

RETRY: Final = b"retry: 2000\n\n"
BUSY: Final = b"retry: 15000\n\n"
PING: Final = b": ping\n\n"


class Frame(NamedTuple):
    """A piece of a stream; ``seq`` is the run's event in it, 0 where it can be sent at any time and twice."""

    seq: int
    text: bytes


def event_frames(events: Iterable[Event]) -> list[Frame]:
    """Write a run's events; the id to resume from is the event's number."""
    return [Frame(event.seq, _text("run_event", _event_data(event), event.seq)) for event in events]


def log_frame(workflow_id: Any, log_seq: int) -> Frame:
    """Say that a run's log has grown up to this number."""
    return Frame(0, _text("logs", {"workflow": str(workflow_id), "log_seq": log_seq}))


def change_frames(changes: Changes) -> list[Frame]:
    """Write changes of lists; the id to resume from is the token, and comes last."""
    if changes.reset:
        return [Frame(0, _text("reset", {}, changes.token))]
    hints = [
        Frame(0, _text("changed", {"workflow": str(change.workflow), "status": change.status}))
        for change in changes.runs
    ]
    return [*hints, Frame(0, b"id: %d\n\n" % changes.token)]


def _event_data(event: Event) -> dict[str, Any]:
    return {"workflow": str(event.workflow_id), **EventSerializer().to_representation(event)}


def _text(name: str, data: dict[str, Any], position: int | None = None) -> bytes:
    resume = "" if position is None else f"id: {position}\n"
    return f"{resume}event: {name}\ndata: {json.dumps(data, cls=JSONEncoder, separators=(',', ':'))}\n\n".encode()
