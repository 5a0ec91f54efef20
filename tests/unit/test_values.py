"""What steps may hand on."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from workflows.values import MAX_BYTES, NotJson, TooLarge, encode, to_json

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)  # fmt: skip


NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    HIGH = 3


@dataclass
class Point:
    x: int
    y: list[int]


class Model(BaseModel):
    point: Point
    at: datetime


@given(JSON)
def test_json__stays_as_it_is(value: object) -> None:
    assert to_json(value) == value
    assert json.loads(encode(to_json(value))) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((1, 2), [1, 2]),
        (Point(1, [2]), {"x": 1, "y": [2]}),
        (Model(point=Point(1, []), at=NEW_YEAR), {"point": {"x": 1, "y": []}, "at": "2026-01-01T00:00:00Z"}),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        (Decimal("1.50"), "1.50"),
        (Path("a/b"), "a/b"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)  # fmt: skip
def test_known_types__become_json(value: object, expected: object) -> None:
    assert to_json(value) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"items": [0, {"bad": object()}]}, "output.items[1].bad is of the type object"),
        ({1: 2}, "the keys of JSON objects are text"),
        ([float("nan")], "output[0] is nan"),
        (float("inf"), "output is inf"),
        (b"bytes", "of the type bytes"),
        ({1, 2}, "of the type set"),
        ("a\0b", "NUL"),
        ("\udc80", "half a character"),
        ({"\udc80": 1}, "half a character"),
        (Point, "of the type type"),
    ],
)
def test_other_values__are_refused_with_their_place(value: object, message: str) -> None:
    with pytest.raises(NotJson) as error:
        to_json(value, "output")
    assert message in str(error.value)


def test_size__is_counted_in_bytes() -> None:
    fits = "ü" * ((MAX_BYTES - 2) // 2)
    assert len(encode(fits).encode()) == MAX_BYTES
    with pytest.raises(TooLarge, match="at most 256 KiB"):
        encode(fits + "ü")
