"""A filter of runs as the parameters of an address, which are also those of the shell's and the API's filters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from workflows.run_filter import RunFilter
from workflows.states import RunState

Pair = tuple[str, str]


class Part(NamedTuple):
    """How one parameter is read: into which field of the filter, once or repeatedly, and what its contrary is."""

    field: str
    is_many: bool
    read: Callable[[str], Any]
    contrary: str = ""


def _state(text: str) -> RunState:
    try:
        return RunState(text)
    except ValueError as error:
        given = {"text": text, "states": ", ".join(state.value for state in RunState)}
        raise ValueError(_("“%(text)s” is no state of a run; there are: %(states)s.") % given) from error


def _label(text: str) -> tuple[str, str]:
    key, colon, value = text.partition(":")
    if not (key and colon):
        raise ValueError(_("“%(text)s” is no label; write key:value.") % {"text": text})
    return key, value


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text) or _midnight(text)
        return (moment if timezone.is_aware(moment) else timezone.make_aware(moment)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        remedy = _("“%(text)s” is no time; write it like 2026-11-23 or 2026-11-23T09:30.")
        raise ValueError(remedy % {"text": text}) from error


def _midnight(text: str) -> datetime:
    day = parse_date(text)
    if day is None:
        raise ValueError(text)
    return datetime.combine(day, time.min)


PARTS: dict[str, Part] = {
    "status": Part("status", True, _state, "not_status"),
    "not_status": Part("not_status", True, _state, "status"),
    "definition": Part("definition", False, str, "not_definition"),
    "not_definition": Part("not_definition", True, str, "definition"),
    "label": Part("labels", True, _label, "not_label"),
    "not_label": Part("not_labels", True, _label, "label"),
    "created_by": Part("created_by", False, str, "not_created_by"),
    "not_created_by": Part("not_created_by", True, str, "created_by"),
    "since": Part("since", False, _moment),
    "until": Part("until", False, _moment),
    "q": Part("q", False, str),
}


@dataclass(frozen=True)
class RunQuery:
    """What was understood of an address, in the order of ``PARTS``, and sentences about what was not."""

    pairs: tuple[Pair, ...]
    problems: list[str] = field(default_factory=list)

    @property
    def wanted(self) -> RunFilter:
        """The filter that it means."""
        parts: dict[str, Any] = {}
        for name, text in self.pairs:
            part = PARTS[name]
            value = part.read(text)
            parts[part.field] = (*parts.get(part.field, ()), value) if part.is_many else value
        return RunFilter(**parts)

    @property
    def text(self) -> str:
        """The query of an address."""
        return urlencode(self.pairs)

    def with_part(self, name: str, value: str) -> "RunQuery":
        """Add a part; of those that are there once, it replaces the old one."""
        kept = [pair for pair in self.pairs if PARTS[name].is_many or pair[0] != name]
        return _ordered([*kept, (name, value)])

    def without(self, *pairs: Pair) -> "RunQuery":
        """Leave parts out."""
        return RunQuery(tuple(pair for pair in self.pairs if pair not in pairs))

    def without_names(self, *names: str) -> "RunQuery":
        """Leave all parts of these names out."""
        return RunQuery(tuple(pair for pair in self.pairs if pair[0] not in names))


def query_in(given: QueryDict) -> RunQuery:
    """Read an address; parameters that are no parts of a filter are not looked at."""
    pairs, problems = [], []
    for name, part in PARTS.items():
        texts = [text.strip() for text in given.getlist(name) if text.strip()]
        for text in texts if part.is_many else texts[-1:]:
            try:
                part.read(_storable(text))
                pairs.append((name, text))
            except ValueError as error:
                problems.append(str(error))
    return RunQuery(_ordered(pairs).pairs, problems)


def query_of(wanted: RunFilter) -> RunQuery:
    """Write a filter as an address would."""
    pairs = []
    for name, part in PARTS.items():
        value = getattr(wanted, part.field)
        pairs += [(name, _written(one)) for one in (value if part.is_many else [value] if value else [])]
    return RunQuery(tuple(pairs))


def _ordered(pairs: Iterable[Pair]) -> RunQuery:
    """Bring parts into one order, each once, so that the same filter has the same address."""
    order = list(PARTS)
    return RunQuery(tuple(sorted(dict.fromkeys(pairs), key=lambda pair: order.index(pair[0]))))


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError(_("A filter has a character that no text in the database has."))
    return text


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, str) else ":".join(value)
