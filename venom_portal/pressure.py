"""What the environment says about how much is done at a time, and where: queues that are served, bounds on runs."""

import os

from django.core.exceptions import ImproperlyConfigured

from workflows.graph import DEFAULT_QUEUE, is_queue_name


def served_queues() -> tuple[str, ...]:
    """Read the queues that workers of this process serve.

    Raises:
        ImproperlyConfigured: a name cannot be used.
    """
    names = tuple(dict.fromkeys(_parts("VENOM_QUEUES"))) or (DEFAULT_QUEUE,)
    for name in names:
        if not is_queue_name(name):
            raise ImproperlyConfigured(
                f"VENOM_QUEUES names {name!r}; a queue has up to 50 letters, digits, dots, dashes and underscores"
            )
    return names


def label_limits() -> dict[tuple[str, str], int]:
    """Read how many runs with a label may be at work at a time: key and value → number; the value ``*`` is any one.

    Raises:
        ImproperlyConfigured: a part cannot be read.
    """
    return dict(_limit(part) for part in _parts("VENOM_LABEL_LIMITS"))


def _limit(part: str) -> tuple[tuple[str, str], int]:
    label, _equals, number = part.rpartition("=")
    key, _colon, value = label.partition(":")
    if not (key and value and number.isdecimal() and 1 <= int(number) <= 1_000_000):
        raise ImproperlyConfigured(
            f"VENOM_LABEL_LIMITS has {part!r}; it should look like tenant:*=20,team:ops=5, with numbers from 1"
        )
    return (key.strip(), value.strip()), int(number)


def _parts(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]
