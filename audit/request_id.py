"""The id of the request that is being answered: it ties the trail, the answers' headers and the logs together."""

import re
from contextvars import ContextVar
from uuid import uuid4

HEADER = "X-Request-ID"

_current: ContextVar[str] = ContextVar("request_id", default="")
_USABLE = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def current() -> str:
    """Give the id; empty where nothing is being answered."""
    return _current.get()


def begin(claimed: str | None = None) -> str:
    """Begin to answer a request: take the id that the caller gives, if it can be used, or a new one."""
    request_id = claimed if claimed and _USABLE.fullmatch(claimed) else uuid4().hex
    _current.set(request_id)
    return request_id


def end() -> None:
    """Say that the request has been answered."""
    _current.set("")
