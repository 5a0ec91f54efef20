"""Chains, fan-outs, retries, sleeps, and one that kills its worker; each effect stands in the ledger."""

import os
import secrets
import signal
import time
from collections.abc import Sequence
from typing import Any

from tests.faults.sample.writing import note
from workflows.authoring import StopRequested, current, step, workflow


def effect(*given: Any, seconds: float = 0.0) -> dict:
    """Act on the world once more: the ledger has who, under which key and token, and on what outputs of others."""
    seen = [value["nonce"] for value in given if isinstance(value, dict) and "nonce" in value]
    note("began", seen=seen)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if current().should_stop():
            raise StopRequested
        time.sleep(0.02)
    nonce = secrets.token_hex(8)
    note("done", nonce=nonce)
    return {"nonce": nonce}


@step(retries=2, backoff=0.2)
def link(before: object) -> dict:
    return effect(before)


@step
def nap(before: object, seconds: float) -> dict:
    return effect(before, seconds=seconds)


@step(timeout=20.0)
def nap_deaf(before: object, seconds: float) -> dict:
    """Take its time without asking whether to stop."""
    note("began", seen=[])
    time.sleep(seconds)
    nonce = secrets.token_hex(8)
    note("done", nonce=nonce)
    return {"nonce": nonce}


@step
def spread(before: object, width: int) -> list:
    note("began", seen=[])
    note("done", nonce="")
    return list(range(width))


@step(retries=1, backoff=0.1)
def item(number: int) -> dict:
    return effect()


@step
def gather(parts: Sequence[Any]) -> dict:
    return effect(*parts)


@step(retries=4, backoff=0.2)
def stumble(before: object, times: int) -> dict:
    if current().attempt <= times:
        note("began", seen=[])
        raise RuntimeError("not yet")
    return effect(before)


@step
def fail_for_good(before: object) -> dict:
    note("began", seen=[])
    raise ValueError("never")


@step(retries=5, backoff=0.1)
def take_the_worker_along(before: object) -> dict:
    note("began", seen=[])
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


@step(retries=1)
def keep_a_checkpoint(before: object, turns: int) -> dict:
    """Count on from where an earlier attempt has been."""
    first = current().checkpoint_value or 0
    note("began", seen=[])
    for turn in range(first, turns):
        if current().should_stop():
            raise StopRequested
        current().checkpoint(turn + 1)
        time.sleep(0.05)
    nonce = secrets.token_hex(8)
    note("done", nonce=nonce)
    return {"nonce": nonce}


@workflow(title="A chain")
def faults_chain(length: int = 6):
    value: object = None
    for _ in range(6):
        value = link(value)
    return value


@workflow(title="Fan out and in")
def faults_fan(width: int = 5):
    return gather(item.map(spread(link(None), width)))


@workflow(title="Stumbles")
def faults_stumble(times: int = 2):
    return link(stumble(link(None), times))


@workflow(title="Sleeps")
def faults_sleep(seconds: float = 1.0):
    return gather([nap(link(None), seconds).named("left"), nap_deaf(None, seconds).named("right")])


@workflow(title="Keeps a checkpoint")
def faults_checkpoint(turns: int = 20):
    return link(keep_a_checkpoint(link(None), turns))


@workflow(title="Fails")
def faults_failing():
    return link(fail_for_good(link(None)))


@workflow(title="Takes its worker along")
def faults_poison():
    return link(take_the_worker_along(link(None)))
