"""``manage.py worker``: run steps, in the foreground, until told to stop."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _


class Command(BaseCommand):
    """Becomes a Celery worker with one process for each step that runs at a time."""

    help = _("Run a worker: takes steps and runs them, until SIGTERM or Ctrl-C.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--concurrency",
            type=int,
            default=os.cpu_count(),
            help=_("steps that run at a time (default: one per core)"),
        )
        parser.add_argument("--data-dir", help=_("where the portal keeps its files (VENOM_DATA_DIR)"))

    def handle(self, *_args: Any, **options: Any) -> None:
        arguments = [
            *("-m", "celery", "--app", "venom_portal.celery", "--quiet", "worker"),
            *("--pool", "prefork", "--concurrency", str(options["concurrency"])),
            *("--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"),
            *("--hostname", f"venom-{os.getpid()}@%h"),
        ]
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 (our own interpreter, a fixed command)


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(_("should be a number from 1"))
    return int(text)
