"""How an export is written. A format gives its first line and then a text for each batch of entries."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation

from audit import canonical
from audit.export.columns import COLUMNS, values_of
from audit.models import Entry

_FORMULAS = re.compile(r"^(?=[\"' ]*[=+\-@\t\r])|(?<=[;|\t\r\n])(?=[\"' ]*[=+\-@])")
"""Where a formula may begin: in front, and behind what a reader may take for the end of a cell instead of a comma."""


@dataclass(frozen=True)
class _Format:
    content_type: str
    head: str
    write: Callable[[Sequence[Entry]], str]


def chunks_of(name: str, batches: Iterable[Sequence[Entry]]) -> Iterator[str]:
    """Write batches of entries, each when it is asked for, in the language that is active now."""
    chosen, language = FORMATS[name], translation.get_language()
    return _chunks(chosen, batches, language or "en")


def content_type_of(name: str) -> str:
    """Give the media type of a format."""
    return FORMATS[name].content_type


def _chunks(chosen: _Format, batches: Iterable[Sequence[Entry]], language: str) -> Iterator[str]:
    if chosen.head:
        yield chosen.head
    for entries in batches:
        # What is sent bit by bit is written after the request that asked for it has given its language back.
        with translation.override(language):
            text = chosen.write(entries)
        yield text


def _as_csv(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Write a cell that no spreadsheet takes for a formula."""
    text = canonical.dumps(value) if isinstance(value, dict | list) else value
    return _FORMULAS.sub("'", text) if isinstance(text, str) else text


def _csv_rows(entries: Sequence[Entry]) -> str:
    return _as_csv(map(_cell, values_of(entry).values()) for entry in entries)


def _json_lines(entries: Sequence[Entry]) -> str:
    return "".join(f"{json.dumps(values_of(entry), ensure_ascii=False)}\n" for entry in entries)


FORMATS: Final[dict[str, _Format]] = {
    "csv": _Format("text/csv; charset=utf-8", _as_csv([COLUMNS]), _csv_rows),
    "jsonl": _Format("application/jsonl", "", _json_lines),
}
