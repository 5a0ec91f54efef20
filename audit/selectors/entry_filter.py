"""Which entries are meant: the same filters on every surface."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import F, Func, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from audit.models import Entry

_BOUNDS = {"since": "timestamp__gte", "until": "timestamp__lte"}
_DECISIVE = ("request_id", "parent", "resource_id")
"""Of these few entries have the same value, whatever the trail; the first that is given says which index is read."""


class _Unindexed(Func):
    """A column that SQLite looks for no index for; without statistics it takes any index for as good as another."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """See Django."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


@dataclass(frozen=True)
class EntryFilter:
    """The entries that fit all that is given; what is empty or ``None`` does not matter.

    ``since`` and ``until`` are meant inclusively; ``parent`` is the operation that the entries are parts of.
    """

    operation_type: str = ""
    resource_type: str = ""
    resource_id: str = ""
    triggered_by: str = ""
    result: str = ""
    reason_code: str = ""
    surface: str = ""
    request_id: str = ""
    parent: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    def given(self) -> dict[str, Any]:
        """Give what is asked for, by name."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}

    def as_params(self) -> dict[str, str]:
        """Write what is asked for as the parameters of an audit entry."""
        return {name: value.isoformat() if isinstance(value, datetime) else str(value)
                for name, value in self.given().items()}  # fmt: skip

    def entries(self) -> QuerySet[Entry]:
        """Give the entries that fit, unread."""
        return self.narrow(Entry.objects.all())

    def narrow(self, entries: QuerySet[Entry]) -> QuerySet[Entry]:
        """Leave of these entries those that fit."""
        given = self.given()
        first = next((name for name in _DECISIVE if name in given), None)
        for name, value in given.items():
            if name in _BOUNDS or first in (None, name):
                entries = entries.filter(**{_BOUNDS.get(name, name): value})
            else:
                entries = entries.alias(**{f"same_{name}": _Unindexed(F(name))}).filter(**{f"same_{name}": value})
        return entries


FILTER_NAMES = tuple(field.name for field in fields(EntryFilter))


def read_filter(given: Mapping[str, str]) -> EntryFilter:
    """Make the filter of texts, as addresses and command lines have them; names that are none are passed over.

    Raises:
        ValueError: a value cannot be used; the message says so to a person.
    """
    texts = {name: str(given[name]) for name in FILTER_NAMES if given.get(name)}
    if any("\0" in text for text in texts.values()):
        raise ValueError(_("a filter has a character that no entry can have"))
    read: dict[str, Any] = dict(texts)
    if "parent" in texts:
        read["parent"] = _read_id(texts["parent"])
    for name in _BOUNDS:
        if name in texts:
            read[name] = read_moment(texts[name])
    return EntryFilter(**read)


def read_moment(text: str) -> datetime:
    """Read a date, which means its beginning, or a time in ISO 8601, by default in UTC.

    Raises:
        ValueError: it is neither.
    """
    try:
        moment = parse_datetime(text) or _midnight(text)
        return moment.astimezone(UTC) if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        remedy = _("%(text)s is neither a date nor a time in ISO 8601")
        raise ValueError(remedy % {"text": repr(text)}) from error


def _midnight(text: str) -> datetime:
    day = parse_date(text)
    if day is None:
        raise ValueError(text)
    return datetime.combine(day, time())


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ValueError(_("%(text)s is no operation id") % {"text": repr(text)}) from error
