"""Workflows of steps that do nothing: what they cost is the portal's own cost."""

import time

from bench.sizes import CHAIN_LENGTH
from workflows.authoring import step, workflow


@step
def pass_on(value: int) -> int:
    return value


@workflow(name="bench-chain", title="A chain of no-op steps")
def bench_chain(value: int = 7):
    for _ in range(CHAIN_LENGTH):
        value = pass_on(value)
    return value


@step
def numbers(count: int) -> list[int]:
    return list(range(count))


@step
def count_of(values: list[int]) -> int:
    return len(values)


@workflow(name="bench-fan-out", title="One step, many at once, one step")
def bench_fan_out(count: int):
    return count_of(pass_on.map(numbers(count)))


@step
def time_of_start() -> float:
    return time.time()


@workflow(name="bench-start", title="A step that tells when it began")
def bench_start():
    return time_of_start()
