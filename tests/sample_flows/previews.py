"""Steps that say beforehand what they would do, some of them badly; and what a simulation has to tell apart."""

import time

from django.contrib.auth.models import User
from django.db import connection

from workflows.authoring import current, step, workflow


@step
def send(to: str, count: int) -> str:
    return f"sent {count} to {to}"


@send.preview
def would_send(to: str, count: int) -> dict:
    return {"to": to, "letters": count}


@step
def count_users(least: int) -> int:
    return max(least, User.objects.count())


@count_users.preview
def would_count(least: int) -> int:
    return User.objects.count()


@step
def sneak(name: str) -> None:
    return None


@sneak.preview
def would_sneak(name: str) -> None:
    User.objects.create(username=name)


@step
def burrow(name: str) -> None:
    return None


@burrow.preview
def would_burrow(name: str) -> None:
    with connection.cursor() as cursor:
        undone = "PRAGMA query_only=OFF" if connection.vendor == "sqlite" else "SET TRANSACTION READ WRITE"
        cursor.execute(undone)
    User.objects.create(username=name)


@step
def hang(seconds: float) -> float:
    return seconds


@hang.preview
def would_hang(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


@step
def chatter(lines: int) -> int:
    return lines


@chatter.preview
def would_chatter(lines: int) -> int:
    for number in range(lines):
        print(number)
    raise ValueError("no more to say")


@step
def each(item: str) -> str:
    return item.upper()


@each.preview
def would_do_each(item: str) -> str:
    return f"would shout {item}"


@workflow(title="Says what it would do")
def previewed(to: str = "all", seconds: float = 0.0, items: list[str] = []):  # noqa: B006 (never changed)
    first = send(to, 2)
    send(first, 3).named("send-later")
    count_users(0)
    sneak("intruder")
    burrow("mole")
    hang(seconds)
    chatter(2)
    each.map(items)


@step
def give(value: object) -> object:
    return value


@step
def gathered(parts: list) -> list:
    return parts


@step
def fails_at_first(value: object) -> object:
    if current().attempt == 1:
        raise RuntimeError("the first attempt")
    return value
