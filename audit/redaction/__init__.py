"""The one place that keeps secrets out of the trail: by the name of a value, by its type, and by its looks.

Standard library only.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from audit.redaction.names import is_secret
from audit.redaction.texts import REDACTED, redact_text

__all__ = ["REDACTED", "is_secret", "redact", "redact_text"]


def redact(value: Any) -> Any:
    """Give the value as JSON without its secrets."""
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list | tuple | set | frozenset):
        return _items(list(value))
    if isinstance(value, str):
        return redact_text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if hasattr(value, "get_secret_value") or isinstance(value, bytes):
        return REDACTED
    return redact_text(str(value))


def _mapping(given: Mapping[Any, Any]) -> dict[str, Any]:
    """Hide what has a secret's name, and the value beside such a name: ``{"name": "DB_PASSWORD", "value": …}``."""
    items = {str(key): item for key, item in given.items()}
    names = [item for key, item in items.items() if key.lower() in ("name", "key") and isinstance(item, str)]
    hides_value = any(map(is_secret, names))
    return {
        redact_text(key): _hidden(item) if is_secret(key) or (hides_value and key.lower() == "value") else redact(item)
        for key, item in items.items()
    }


def _items(items: Sequence[Any]) -> list[Any]:
    """Hide also what follows a secret's name in a command: ``["--password", …]``."""
    before = [None, *items]
    return [_hidden(item) if _is_option(last) else redact(item) for last, item in zip(before, items, strict=False)]


def _is_option(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("-") and "=" not in value and is_secret(value)


def _hidden(value: Any) -> Any:
    """Keep it out; that there was nothing is no secret."""
    return value if value in (None, "", [], {}) or isinstance(value, bool) else REDACTED
