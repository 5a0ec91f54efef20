"""A bounded flow one branch of which fails while the condition of the other is decided."""

from workflows.authoring import current, step, workflow


@step
def fail_at_first() -> int:
    if current().attempt < 2:
        raise RuntimeError("the first attempt")
    return 1


@step
def is_wanted(number: int) -> bool:
    return number > 0


@step
def pass_on(number: int) -> int:
    return number


@workflow(title="Bounded, with branches", max_running=1)
def bounded_branches(number: int = -1):
    left_out = pass_on(number).named("wanted").when(is_wanted(number))
    return [pass_on(left_out).named("below"), pass_on(1).named("other"), fail_at_first()]
