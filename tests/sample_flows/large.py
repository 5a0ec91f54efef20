"""A graph of thirty steps with a fan-out and conditions, in which every output tells what it was made of."""

from itertools import pairwise

from workflows.authoring import step, workflow


@step
def source(name: str) -> str:
    return name


@step
def mix(left: object, right: object) -> str:
    return f"({left}+{right})"[-60:]


@step
def letters(text: str) -> list:
    return list(text[:4])


@step
def shout(letter: str) -> str:
    return letter.upper()


@step
def join(parts: list) -> str:
    return "".join(parts)


@step
def is_long(text: object) -> bool:
    return len(str(text)) > 3


@step
def is_short(text: object) -> bool:
    return len(str(text)) <= 3


@workflow(title="Thirty steps")
def thirty():
    sources = [source(name).named(f"source-{name}") for name in ("alpha", "beta", "gamma", "delta")]
    first = [mix(a, b).named(f"first-{n}") for n, (a, b) in enumerate(pairwise(sources))]
    parts = letters(sources[0])
    joined = join(shout.map(parts))
    taken = mix(joined, first[0]).named("taken").when(is_long(joined))
    behind = mix(taken, "x").named("behind-taken")
    left_out = mix(joined, first[1]).named("left-out").when(is_short(joined))
    mix(left_out, "y").named("behind-left-out")
    last: object = behind
    for number in range(14):
        last = mix(last, first[number % 3]).named(f"chain-{number}")
    return {"last": last, "joined": joined}
