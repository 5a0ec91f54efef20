"""``manage.py worker``: run steps, in the foreground, until told to stop."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from workflows.graph import is_queue_name


class Command(BaseCommand):
    """Becomes a Celery worker with one process for each step that runs at a time."""

    help = _("Run a worker: takes steps and runs them, until SIGTERM or Ctrl-C.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--concurrency",
            type=_at_least_one,
            default=os.cpu_count(),
            help=_("steps that run at a time (default: one per core)"),
        )
        parser.add_argument(
            "--queues",
            type=_queue_names,
            default=",".join(settings.VENOM_QUEUES),
            help=_("queues whose steps it runs, with commas between them (VENOM_QUEUES; default: %(default)s)"),
        )
        parser.add_argument("--data-dir", help=_("where the portal keeps its files (VENOM_DATA_DIR)"))

    def handle(self, *_args: Any, **options: Any) -> None:
        # With "prefork", the pool that the application names (venom_portal.celery).
        os.environ["VENOM_QUEUES"] = options["queues"]  # its claims honour what its broker connection listens to
        arguments = [
            *("-m", "celery", "--app", "venom_portal.celery", "--quiet", "worker"),
            *("--pool", "prefork", "--concurrency", str(options["concurrency"])),
            *("--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"),
            *("--queues", options["queues"]),
            *("--hostname", f"venom-{os.getpid()}@%h"),
        ]
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 (our own interpreter, a fixed command)


def _queue_names(text: str) -> str:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names or not all(map(is_queue_name, names)):
        raise ArgumentTypeError(_("should be names of queues with commas between them, such as default,heavy"))
    return ",".join(dict.fromkeys(names))


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(_("should be a number from 1"))
    return int(text)
