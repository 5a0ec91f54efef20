"""The flows of the contract, word for word, and a few that tests need: a foreign package that the portal is given."""

from tests.sample_flows.bounded_branches import bounded_branches  # noqa: F401
from tests.sample_flows.careless import brief, fails_half_way, leaves_open, long_query, odd_errors, sloppy  # noqa: F401
from tests.sample_flows.drip import drip  # noqa: F401
from tests.sample_flows.killers import deaf, long_haul, poison  # noqa: F401
from tests.sample_flows.large import thirty  # noqa: F401
from tests.sample_flows.marks import marks  # noqa: F401
from tests.sample_flows.pressure import all_heavy, in_and_out, narrow, single  # noqa: F401
from tests.sample_flows.previews import previewed  # noqa: F401
from tests.sample_flows.trouble import (  # noqa: F401  (what a flows module holds is registered)
    branches,
    careful,
    diamond,
    eager,
    fan_over_text,
    nap,
    not_json,
    overdue,
    patient,
    reporting,
    shaped,
    slow,
    stubborn,
    talkative,
    too_much,
    typed,
)
from workflows.authoring import PermanentError, current, step, workflow


@step(retries=2, backoff=1.0, timeout=30.0)
def fetch(url: str) -> dict:
    return {"url": url, "body": "one two three", "size": 13}


@step
def split(page: dict) -> list:
    return page["body"].split()


@step
def store(part: str) -> str:
    return part.upper()


@step
def report(stored: list) -> dict:
    return {"count": len(stored), "stored": stored}


@step
def notify(page: dict) -> str:
    return f"fetched {page['url']}"


@step
def is_large(page: dict) -> bool:
    return page["size"] > 100


@step
def escalate(page: dict) -> str:
    return f"large: {page['url']}"


@workflow(title="Fetch and store", deadline=3600)
def fetch_and_store(url: str):
    page = fetch(url)
    parts = split(page)
    stored = store.map(parts)
    total = report(stored)
    notify(page).after(total)
    escalate(page).when(is_large(page))
    return total


@step
def add_one(number: int) -> int:
    return number + 1


@workflow(title="A chain of ten")
def chain_of_ten(start: int = 0):
    value = start
    for _ in range(10):
        value = add_one(value)
    return value


@step
def numbers(count: int) -> list:
    return list(range(count))


@step
def double(number: int) -> int:
    return number * 2


@step
def total(values: list) -> int:
    return sum(values)


@workflow(title="Fan out and in")
def fan(count: int = 3):
    return total(double.map(numbers(count)))


@step(retries=3, backoff=0.0)
def fail_until(attempts: int) -> int:
    if current().attempt < attempts:
        raise RuntimeError(f"attempt {current().attempt} of {attempts}")
    return current().attempt


@workflow(title="Fails a few times")
def flaky(attempts: int = 2):
    return fail_until(attempts)


@step(retries=5)
def give_up() -> None:
    raise PermanentError("no use")


@step
def never(value: object) -> str:
    return "ran"


@workflow(title="Fails for good")
def hopeless():
    return never(give_up())
