"""Flows that are bounded, and flows whose steps go to queues."""

from workflows.authoring import step, workflow


@step
def tread(number: int) -> int:
    return number + 1


@step(queue="heavy")
def lift(number: int) -> int:
    return number * 2


@workflow(max_running=2, deadline=600)
def narrow(start: int = 0):
    return tread(tread(start))


@workflow
def single(start: int = 0):
    return tread(start)


@workflow
def in_and_out(start: int = 0):
    return tread(lift(tread(start)))


@workflow(queue="heavy")
def all_heavy(items: list = []):  # noqa: B006 (read, never changed)
    return tread.map(items)
