"""What the portal stands on: broker, database, versions."""

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import django
from django.db import connection
from django.db.models.functions import Now
from prometheus_client.metrics_core import Metric as Family

from venom_portal.metrics.metric import Kind, Metric
from workflows.dispatch import waiting_messages
from workflows.graph import DEFAULT_QUEUE
from workflows.models import Session
from workflows.models.session import SessionKind

BROKER = Metric("venom_broker_up", Kind.GAUGE, "1 where the broker answers, else 0.")
MESSAGES = Metric(
    "venom_broker_waiting_messages",
    Kind.GAUGE,
    "Messages that no worker has taken; missing while the broker is down.",
    ("queue",),
)
DATABASE = Metric("venom_database_info", Kind.GAUGE, "Always 1; the label says which database it is.", ("kind",))
BUILD = Metric(
    "venom_build_info", Kind.GAUGE, "Always 1; the labels say what runs.", ("version", "python", "django")
)  # fmt: skip
METRICS = (BROKER, MESSAGES, DATABASE, BUILD)


def read() -> Iterator[Family]:
    """Ask the broker; one that is down is asked once, which takes no longer than a connection to it may."""
    waiting = _waiting_messages()
    yield BROKER.sample(int(waiting is not None))
    yield MESSAGES.samples(((queue,), count) for queue, count in (waiting or {}).items())
    yield DATABASE.samples([((connection.vendor,), 1)])
    yield BUILD.samples([((_version(), platform.python_version(), django.get_version()), 1)])


def _waiting_messages() -> dict[str, int] | None:
    """Give the length of each queue that live workers serve, and of the default one; ``None``: the broker is down."""
    live = Session.objects.filter(kind=SessionKind.WORKER, ended_at=None, expires_at__gt=Now())
    served = {queue for queues in live.values_list("queues", flat=True) for queue in queues}
    lengths = {}
    for queue in sorted({DEFAULT_QUEUE, *served}):
        length = waiting_messages(queue)
        if length is None:
            return None
        lengths[queue] = length
    return lengths


def _version() -> str:
    try:
        return version("venom-portal")
    except PackageNotFoundError:
        return "checkout"
