"""Flows that misbehave in one way each."""

import logging
import time
from dataclasses import dataclass

from pydantic import BaseModel

from workflows.authoring import StopRequested, current, step, workflow

logger = logging.getLogger(__name__)


@step(timeout=0.3)
def sleep_too_long(seconds: float) -> str:
    time.sleep(seconds)
    return "woke"


@workflow(title="Takes too long")
def slow(seconds: float = 5.0):
    return sleep_too_long(seconds)


@step
def sleep(seconds: float) -> float:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if current().should_stop():
            raise StopRequested
        time.sleep(0.05)
    return seconds


@workflow(title="Has a deadline", deadline=1)
def overdue(seconds: float = 30.0):
    return sleep(seconds)


@workflow(title="Takes its time")
def nap(seconds: float = 2.0):
    return sleep(seconds)


@step
def tell_all_the_time(seconds: float) -> int:
    """Ask and tell whatever can be, again and again."""
    until = time.monotonic() + seconds
    number = 0
    while time.monotonic() < until:
        number += 1
        print(number)
        current().progress(number, number + 1)
        current().checkpoint(number)
        current().save_artifact("number.txt", str(number))
        if current().should_stop():
            raise StopRequested
        time.sleep(0.05)
    return number


@workflow(title="Asks and tells all the time")
def eager(seconds: float = 2.0):
    return tell_all_the_time(seconds)


@step
def sleep_without_looking(seconds: float) -> float:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(0.05)
    return seconds


@workflow(title="Does not ask whether to stop")
def stubborn(seconds: float = 60.0):
    return sleep_without_looking(seconds)


@step(retries=3, backoff=0.5)
def fail_at_first(attempts: int) -> int:
    if current().attempt < attempts:
        raise RuntimeError("not yet")
    return current().attempt


@workflow(title="Waits between attempts")
def patient(attempts: int = 2):
    return fail_at_first(attempts)


@step
def give_object() -> object:
    return {"fine": 1, "items": [1, {"bad": object()}]}


@step
def give_much() -> str:
    return "x" * 300_000


@workflow(title="Gives what is not JSON")
def not_json():
    return give_object()


@workflow(title="Gives too much")
def too_much():
    return give_much()


@step
def not_a_list() -> str:
    return "text"


@step
def one(item: object) -> object:
    return item


@workflow(title="Fans out over a text")
def fan_over_text():
    return one.map(not_a_list())


@step
def fail_now() -> None:
    raise ValueError("now")


@step
def gather(parts: list) -> list:
    return parts


@workflow(title="One branch fails")
def diamond():
    return gather([fail_now(), sleep(0.0).named("sibling"), one("x").named("late").after(sleep(0.0).named("before"))])


@step
def talk(lines: int, progress: int) -> int:
    print("hello", "from print")
    logger.warning("a warning with %s", "arguments")
    for number in range(lines):
        logger.info("line %s", number)
    for number in range(progress):
        current().progress(number + 1, progress, "counting")
    return lines


@workflow(title="Talks")
def talkative(lines: int = 3, progress: int = 2):
    return talk(lines, progress)


@step(retries=1, backoff=0.0)
def resume_from_checkpoint() -> list:
    seen = current().checkpoint_value
    if seen is None:
        current().checkpoint({"at": 7})
        raise RuntimeError("after the checkpoint")
    return [seen, current().attempt, current().idempotency_key]


@workflow(title="Keeps a checkpoint")
def careful():
    return resume_from_checkpoint()


@dataclass
class Size:
    width: int
    height: int = 1


class Order(BaseModel):
    name: str
    sizes: list[Size]


@step
def make_order(name: str, size: Size) -> Order:
    return Order(name=name, sizes=[size])


@step
def area(order: Order) -> int:
    return sum(size.width * size.height for size in order.sizes)


@workflow(title="Hands on models")
def typed(name: str, size: Size):
    return {"area": area(make_order(name, size)), "name": name}


@step
def is_positive(number: int) -> bool:
    return number > 0


@workflow(title="Skips a branch")
def branches(number: int):
    positive = one(number).named("positive").when(is_positive(number))
    below = one(positive).named("below")
    far_below = gather([below, one("other").named("other")]).named("far-below")
    also = one("kept").named("kept").after(is_positive(number).named("again"))
    return [far_below, also]


@step
def save_report(text: str) -> str:
    return current().save_artifact("report.html", f"<p>{text}</p>", "text/html")


@workflow(title="Leaves an artifact")
def reporting(text: str = "done"):
    return save_report(text)


@workflow(title="Is shaped by its input", shaped_by_input=True)
def shaped(steps: int = 2):
    value = 0
    for position in range(steps):
        value = one(value).named(f"step-{position + 1}")
    return value
