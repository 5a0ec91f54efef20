"""The names of operations that may stand in the trail. Each app registers its own when Django starts."""

from typing import Any

_labels: dict[str, Any] = {}


class UnknownOperationError(LookupError):
    """An operation was to be recorded under a name that nobody registered."""


def register(name: str, label: Any) -> None:
    """Make a name known; ``label`` is its lazily translated text. A name means one thing only.

    Raises:
        ValueError: the name is taken by another label, or too long.
    """
    if len(name) > 32:
        raise ValueError(f"the operation's name {name!r} is longer than 32 characters")
    if _labels.setdefault(name, label) is not label and str(_labels[name]) != str(label):
        raise ValueError(f"the operation's name {name!r} is taken")


def require(name: str) -> None:
    """Go on only with a registered name.

    Raises:
        UnknownOperationError: it is not registered.
    """
    if name not in _labels:
        raise UnknownOperationError(f"{name!r} is no registered operation; register it in its app's ready()")


def registered() -> list[str]:
    """List the names, sorted."""
    return sorted(_labels)


def label_of(name: str) -> str:
    """Give the operation in the reader's language; a name that is not registered any more stands for itself."""
    return str(_labels.get(name, name))
