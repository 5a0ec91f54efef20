"""The same work in plain Celery, with its defaults: no database, no result kept, nothing survives a lost message.

The last task of a piece of work writes the time down in the broker; a group's tasks count themselves for that, which
is a join at its cheapest.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import redis
from celery import Celery, chain, group

from bench.backlog import held_back, wait_for_worker
from bench.portal import running_part
from bench.sizes import CHAIN_LENGTH

QUEUE = "raw"
_BROKER = "BENCH_RAW_BROKER"
_PATIENCE = 120
_STARTED, _ENDED, _COUNT = "bench:started", "bench:ended", "bench:count"

# Not the current app: the portal's own is, wherever both are imported.
app = Celery("bench.raw_celery", broker=os.environ.get(_BROKER), set_as_current=False)
app.conf.update(task_ignore_result=True, task_default_queue=QUEUE, broker_connection_retry_on_startup=True)


@app.task
def begin(value: int) -> int:
    _notes().rpush(_STARTED, time.time())
    return value


@app.task
def pass_on(value: int) -> int:
    return value


@app.task
def end(_value: int) -> None:
    _notes().rpush(_ENDED, time.time())


@app.task
def one_of(items: int) -> None:
    counted = _notes().incr(_COUNT)
    if counted in (1, items):
        _notes().rpush(_STARTED if counted == 1 else _ENDED, time.time())


@contextmanager
def running_worker(folder: Path, broker_url: str, processes: int) -> Iterator[None]:
    """Run a worker for these tasks, of so many processes."""
    os.environ[_BROKER] = broker_url
    app.conf.update(broker_url=broker_url)
    arguments = ["-m", "celery", "--app", "bench.raw_celery", "--quiet", "worker", "--pool", "prefork"]
    arguments += ["--concurrency", str(processes), "--without-gossip", "--without-mingle", "--without-heartbeat"]
    with running_part([*arguments, "--hostname", "raw@%h"], dict(os.environ), folder / "raw.log"):
        wait_for_worker(app)
        yield


def measure_chain(runs: int) -> dict[str, Any]:
    """Work off a backlog of chains: seconds from the first task's start to the last one's."""
    _forget()
    links = [begin.s(7), *(pass_on.s() for _ in range(CHAIN_LENGTH - 2)), end.s()]
    with held_back(app, QUEUE):
        for _ in range(runs):
            chain(*links).apply_async()
    return _span(ends=runs, steps=runs * CHAIN_LENGTH)


def measure_group(items: int) -> dict[str, Any]:
    """Run many tasks at once: seconds from the first one's start to the last one's."""
    _forget()
    with held_back(app, QUEUE):
        group(one_of.s(items) for _ in range(items)).apply_async()
    return _span(ends=1, steps=items)


def measure_start_latency(samples: int) -> dict[str, Any]:
    """Send one task after the other to an idle worker: milliseconds from the call until the task's code begins."""
    waits = []
    for _ in range(samples):
        _forget()
        called = time.time()
        begin.delay(7)
        waits.append((_pop(_STARTED) - called) * 1000)
    return {"milliseconds": waits}


def _span(ends: int, steps: int) -> dict[str, Any]:
    first = _pop(_STARTED)
    last = max(_pop(_ENDED) for _ in range(ends))
    return {"seconds": last - first, "steps": steps}


def _pop(name: str) -> float:
    found = _notes().blpop([name], timeout=_PATIENCE)
    if found is None:
        raise TimeoutError("the tasks have not ended in time")
    return float(found[1])


def _forget() -> None:
    _notes().delete(_STARTED, _ENDED, _COUNT)


@cache
def _notes() -> redis.Redis:
    """The broker, as a place for notes."""
    return redis.Redis.from_url(
        app.conf.broker_url.replace("redis+socket://", "unix://", 1).replace("virtual_host", "db")
    )
