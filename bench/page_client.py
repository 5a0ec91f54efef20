"""Who asks a portal for pages in its own process; run as a program, who asks an empty one for its dashboard."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import django

from bench.portal import PROJECT, stop


@contextmanager
def running_smallest(environment: Mapping[str, str]) -> Iterator[Callable[[], float]]:
    """Run the second process, and give what asks it for its page and gives the milliseconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.page_client"],
        env={**{name: value for name, value in os.environ.items() if name != "DATABASE_URL"}, **environment},
        cwd=PROJECT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip

    def ask() -> float:
        assert process.stdin
        assert process.stdout
        process.stdin.write("\n")
        process.stdin.flush()
        return float(process.stdout.readline())

    try:
        yield ask
    finally:
        stop(process)


def answer() -> None:
    """Be the second process: for each line, ask for the dashboard of an empty portal and print the milliseconds."""
    ask = prepared()
    for _line in sys.stdin:
        print(ask("/"), flush=True)


def prepared() -> Callable[[str], float]:
    """Make an empty portal, and give what asks it for a page as its administrator and gives the milliseconds."""
    django.setup()
    logging.disable(logging.WARNING)  # there is no broker, and each run would say so
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from workflows import registry

    call_command("migrate", interactive=False, verbosity=0)
    registry.sync()
    client = Client()
    client.force_login(User.objects.create_superuser("reader"))

    def ask(address: str) -> float:
        began = time.perf_counter()
        response = client.get(address)
        milliseconds = (time.perf_counter() - began) * 1000
        assert response.status_code == 200, (address, response.status_code)
        return milliseconds

    return ask


if __name__ == "__main__":
    answer()
