"""JSON values as trees that fold without a script. The text of a tree is the JSON itself, so that it can be copied."""

import json
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

MOST_NODES = 3_000
"""A value with more parts is shown as text: a page with more elements than this is slow to lay out."""
_OPEN_TO_DEPTH = 2
_OPEN_TO_SIZE = 50


def tree_of(value: Any) -> SafeString:
    """Show a value with sorted keys and exact numbers; a large one as text, which does not fold."""
    if _is_large(value):
        return _made(f'<pre class="as-it-is json-text">{escape(pretty(value))}</pre>')
    return _made(f'<div class="json-tree">{"".join(_node(value, 0))}</div>')


def pretty(value: Any) -> str:
    """Write a value over as many lines as it needs, in the same way whoever wrote it."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)


def _made(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 (every text in it has been escaped)


def _is_large(value: Any) -> bool:
    counter = count()
    open_values = [value]
    while open_values:
        if next(counter) > MOST_NODES:
            return True
        part = open_values.pop()
        if isinstance(part, dict):
            open_values.extend(part.values())
        elif isinstance(part, list):
            open_values.extend(part)
    return False


def _node(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, dict) and value:
        parts = ((f'<span class="json-key">{_text(key)}</span>: ', value[key]) for key in sorted(value))
        yield from _folding("{", parts, "}", len(value), depth)
    elif isinstance(value, list) and value:
        yield from _folding("[", (("", part) for part in value), "]", len(value), depth)
    else:
        yield f'<span class="json-{_kind(value)}">{_text(value)}</span>'


def _folding(first: str, parts: Iterable[tuple[str, Any]], last: str, size: int, depth: int) -> Iterator[str]:
    is_open = " open" if depth < _OPEN_TO_DEPTH and size <= _OPEN_TO_SIZE else ""
    yield f'<details{is_open}><summary data-size="{size}">{first}</summary><ul>'
    for place, (name, value) in enumerate(parts, 1):
        yield f"<li>{name}"
        yield from _node(value, depth + 1)
        yield "," * (place < size) + "</li>"
    yield f"</ul>{last}</details>"


def _text(value: Any) -> str:
    return escape(json.dumps(value, ensure_ascii=False))


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "word"
    return "string" if isinstance(value, str) else "number" if isinstance(value, int | float) else "empty"
