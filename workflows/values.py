"""The values that steps hand on: JSON, of bounded size."""

import json
import math
from dataclasses import is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

MAX_BYTES = 256 * 1024

_PLAIN = (bool, int, type(None))
_WRITTEN_AS_TEXT = (datetime, date, time, timedelta, Decimal, Enum, PurePath, UUID)


class NotJson(ValueError):  # noqa: N818 (says what the value is)
    """A value cannot be written as JSON; the message names the place in it."""


class TooLarge(ValueError):  # noqa: N818 (says what the value is)
    """A value takes more than ``MAX_BYTES`` as JSON."""


def to_json(value: Any, path: str = "value") -> Any:
    """Give the value as plain JSON types.

    Dataclasses and pydantic models become objects; dates, decimals, paths and ids become text.

    Raises:
        NotJson: with the path of the part that JSON cannot carry, such as ``value.items[3]``.
    """
    if isinstance(value, str):
        return _checked_text(value, path)
    if isinstance(value, _PLAIN) and not isinstance(value, Enum):
        return value
    if isinstance(value, float):
        return _checked_number(value, path)
    if isinstance(value, dict):
        return {_checked_name(name, path): to_json(part, f"{path}.{name}") for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(part, f"{path}[{position}]") for position, part in enumerate(value)]
    if isinstance(value, (BaseModel, *_WRITTEN_AS_TEXT)) or (is_dataclass(value) and not isinstance(value, type)):
        return to_json(to_jsonable_python(value), path)
    raise NotJson(
        _("%(path)s is of the type %(type)s, which is not JSON") % {"path": path, "type": type(value).__name__}
    )


def encode(value: Any, limit: int = MAX_BYTES) -> str:
    """Write plain JSON types as text for the database.

    Raises:
        TooLarge: the text takes more than ``limit`` bytes.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # A character takes at most four bytes: most values need not be encoded to know that they fit.
    if len(text) * 4 > limit and (size := len(text.encode())) > limit:
        raise TooLarge(
            _("the value takes %(size)s KiB as JSON; at most %(limit)s KiB are kept")
            % {"size": -(-size // 1024), "limit": limit // 1024}
        )
    return text


def _checked_text(value: str, path: str) -> str:
    if "\0" in value:
        raise NotJson(_("%(path)s contains a NUL character, which cannot be stored") % {"path": path})
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise NotJson(_("%(path)s contains half a character (a lone surrogate)") % {"path": path}) from error
    return value


def _checked_number(value: float, path: str) -> float:
    if not math.isfinite(value):
        raise NotJson(_("%(path)s is %(value)s, which JSON cannot carry") % {"path": path, "value": value})
    return value


def _checked_name(name: Any, path: str) -> str:
    if not isinstance(name, str):
        raise NotJson(
            _("%(path)s has the key %(name)r; the keys of JSON objects are text") % {"path": path, "name": name}
        )
    return _checked_text(name, path)
