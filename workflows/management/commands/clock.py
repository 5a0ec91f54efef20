"""``manage.py clock``: do what has to happen by itself, in the foreground, until told to stop."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from workflows import clock


class Command(BaseCommand):
    """Ticks until SIGTERM or Ctrl-C."""

    help = _("Run a clock: wakes retries, ends overdue runs, recovers lost work. Several may run.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data-dir", help=_("where the portal keeps its files (VENOM_DATA_DIR)"))

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_signal: stop.set())
        clock.run(stop)
