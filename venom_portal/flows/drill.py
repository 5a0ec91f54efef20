"""The flow ``fire-drill``: work that does nothing but take time and fail where told, to practise operating on."""

import re
import time
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from workflows.authoring import InputRefused, StopRequested, current, step, workflow

MAX_STEPS = 1_000
MAX_WIDTH = 10_000
MAX_SECONDS = 3_600.0

# In seconds: how often a step looks whether it should stop, and how often it keeps a checkpoint.
_SLICE = 0.1
_CHECKPOINT_EVERY = 1.0


@dataclass(frozen=True)
class Orders:
    """What every step of a drill does: sleep so many seconds, and fail if it is the one, in its first attempts."""

    seconds: float
    fail_at: str
    fail_times: int


def check(steps: int, seconds: float, width: int, fail_at: str, fail_times: int) -> None:  # noqa: ARG001
    """Refuse to fail at a step that the drill does not have.

    Raises:
        InputRefused: on ``fail_at``.
    """
    names = ["start", "work", *_span("work[{}]", 0, width), *_span("step-{}", 1, steps), "finish"]
    if fail_at and not _is_step(fail_at, steps, width):
        raise InputRefused(
            "fail_at",
            _("this drill has no step %(name)s; it has %(names)s") % {"name": repr(fail_at), "names": ", ".join(names)},
        )


@step
def start(orders: Orders) -> float:
    """Sleep; returns the seconds slept, as ``work`` does."""
    return _drill(orders)


@step
def pass_on(before: float | None, beside: list[float] | None, orders: Orders) -> float:
    """Sleep; returns the seconds slept by this step and all before it."""
    return _sum(before, beside) + _drill(orders)


@step
def work(item: int, orders: Orders) -> float:  # noqa: ARG001  (the number tells the items apart)
    """Sleep, as one item of the fan-out."""
    return _drill(orders)


@step
def finish(before: float | None, beside: list[float] | None, steps: int, width: int, orders: Orders) -> dict[str, Any]:
    """Sleep; returns what the drill was."""
    slept = _sum(before, beside) + _drill(orders)
    return {"steps": steps, "width": width, "slept_seconds": round(slept, 3)}


@workflow(title="Fire drill", shaped_by_input=True, check=check)
def fire_drill(
    steps: Annotated[int, Field(ge=0, le=MAX_STEPS)] = 5,
    seconds: Annotated[float, Field(ge=0, le=MAX_SECONDS, allow_inf_nan=False)] = 1.0,
    width: Annotated[int, Field(ge=0, le=MAX_WIDTH)] = 1,
    fail_at: Annotated[str, Field(max_length=100)] = "",
    fail_times: Annotated[int, Field(ge=0)] = 0,
) -> Any:
    """Practise on a chain of steps with a fan-out in the middle: each sleeps, and fails where and as often as told."""
    orders = Orders(seconds, fail_at, fail_times)
    middle = (steps + 1) // 2
    last = start(orders)
    for number in range(1, middle + 1):
        last = pass_on(last, [], orders).named(f"step-{number}")
    beside: Any = work.map(list(range(width)), orders=orders).after(last)
    for number in range(middle + 1, steps + 1):
        last = pass_on(last, beside, orders).named(f"step-{number}")
        beside = []
    return finish(last, beside, steps, width, orders)


def _drill(orders: Orders) -> float:
    """Do as ordered; returns the seconds slept."""
    step_id = current().step_id
    is_told = orders.fail_at and orders.fail_at in (step_id, step_id.partition("[")[0])
    if is_told and current().attempt <= orders.fail_times:
        raise RuntimeError(
            _("fire drill: told to fail at %(step)s, attempt %(attempt)s of %(times)s")
            % {"step": orders.fail_at, "attempt": current().attempt, "times": orders.fail_times}
        )
    _sleep(orders.seconds)
    return orders.seconds


def _sleep(seconds: float) -> None:
    """Sleep in slices, going on after what an interrupted attempt has slept already.

    Raises:
        StopRequested: asked to stop; what was slept is kept.
    """
    slept = kept = float(current().checkpoint_value or 0.0)
    began = time.monotonic() - slept
    while slept < seconds:
        if current().should_stop():
            current().checkpoint(slept)
            raise StopRequested
        time.sleep(min(_SLICE, seconds - slept))
        slept = min(time.monotonic() - began, seconds)
        current().progress(round(slept, 1), seconds)
        if slept - kept >= _CHECKPOINT_EVERY:
            current().checkpoint(slept)
            kept = slept


def _sum(before: float | None, beside: list[float] | None) -> float:
    """Add up what was slept before; a step that was skipped has slept nothing."""
    return (before or 0.0) + sum(beside or [])


def _is_step(name: str, steps: int, width: int) -> bool:
    if name in ("start", "work", "finish"):
        return True
    numbered = re.fullmatch(r"step-([1-9][0-9]*)|work\[(0|[1-9][0-9]*)\]", name)
    if numbered is None:
        return False
    return int(numbered[1]) <= steps if numbered[1] else int(numbered[2]) < width


def _span(pattern: str, first: int, count: int) -> list[str]:
    """Name steps that are numbered: none, the only one, or the first and the last."""
    names = [pattern.format(number) for number in range(first, first + count)]
    return names if len(names) < 2 else [f"{names[0]} … {names[-1]}"]
