"""Lists in pages by unique columns: as fast on the thousandth page as on the first, and undisturbed by new rows."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
Columns = str | tuple[str, ...]
"""What a list is sorted by: a unique column, or several that are unique together. A key is a value, or a tuple."""

_BETWEEN = "_"


@dataclass(frozen=True)
class Window:
    """A stretch of a list: so many rows behind the one with the key ``after``, or up to the one before ``before``.

    Neither: from the beginning. The rows with these keys need not exist.
    """

    size: int
    after: Any = None
    before: Any = None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows, and the keys that the windows of the neighbouring pages have; ``None``: there is no such page."""

    rows: list[Row]
    after: Any = None
    before: Any = None


def read_page(rows: QuerySet[Row], columns: Columns, window: Window, *, descending: bool = False) -> Page[Row]:
    """Read a page in one statement, which an index over the columns answers."""
    backwards = window.before is not None
    limit = window.before if backwards else window.after
    wants_larger = descending == backwards
    names = _names(columns)
    if limit is not None:
        values = (limit,) if isinstance(columns, str) else limit
        rows = rows.filter(_beyond(names, values, "gt" if wants_larger else "lt"))
    order = [name if wants_larger else f"-{name}" for name in names]
    found = list(rows.order_by(*order)[: window.size + 1])
    has_more = len(found) > window.size
    found = found[: window.size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    first, last = _key_of(found[0], columns), _key_of(found[-1], columns)
    has_before = has_more if backwards else window.after is not None
    return Page(found, after=last if backwards or has_more else None, before=first if has_before else None)


def write_key(key: Any) -> str:
    """Write a key as text for an address."""
    return _BETWEEN.join(map(_text, key)) if isinstance(key, tuple) else _text(key)


def read_key(model: type[Model], columns: Columns, text: str) -> Any:
    """Read what ``write_key`` has written.

    Raises:
        ValueError: it is no key.
    """
    if isinstance(columns, str):
        return _value(model, columns, text)
    parts = text.split(_BETWEEN)
    return tuple(_value(model, name, part) for name, part in zip(columns, parts, strict=True))


def _beyond(names: tuple[str, ...], values: tuple[Any, ...], side: str) -> Q:
    """Match the rows on one side of a key. The bound on the first column alone is what an index begins with."""
    (name, *names_left), (value, *values_left) = names, values
    strictly = Q(**{f"{name}__{side}": value})
    if not names_left:
        return strictly
    return Q(**{f"{name}__{side}e": value}) & (strictly | _beyond(tuple(names_left), tuple(values_left), side))


def _names(columns: Columns) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else columns


def _key_of(row: Model, columns: Columns) -> Any:
    return getattr(row, columns) if isinstance(columns, str) else tuple(getattr(row, name) for name in columns)


def _text(value: Any) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(value, datetime) else str(value)


def _value(model: type[Model], name: str, text: str) -> Any:
    field = model._meta.get_field(name)
    if isinstance(field, DateTimeField):
        return _moment(text)
    try:
        return field.to_python(text)  # type: ignore[union-attr]  # keys are columns, not relations
    except ValidationError as error:
        raise ValueError(text) from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time before the first or after the last that there is in UTC") from error
