"""Flows that are hard on their workers."""

import os
import signal
import time

from workflows.authoring import current, step, workflow


@step(retries=5)
def kill_the_worker() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@workflow(title="Kills its worker")
def poison():
    return kill_the_worker()


@step
def count_on() -> int:
    """Count ten seconds with a checkpoint each tenth, and give where this attempt began."""
    began = current().checkpoint_value or 0
    for number in range(began + 1, 101):
        time.sleep(0.1)
        current().checkpoint(number)
    return began


@workflow(title="Goes on where it was")
def long_haul():
    return count_on()


@step
def swallow_everything(seconds: float) -> None:
    """Let no exception end the sleep, as a library at its worst would."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            time.sleep(0.05)
        except BaseException:  # noqa: BLE001, S112 (the very fault that is wanted)
            continue


@workflow(title="Cannot be interrupted")
def deaf(seconds: float = 60.0):
    return swallow_everything(seconds)
