"""Names as text, and back."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venom_portal.flows.documents.names import read_name, show_name


@given(st.binary(min_size=1, max_size=40).filter(lambda raw: b"\0" not in raw))
def test_names__lead_back_to_the_same_path(raw: bytes) -> None:
    path = Path(os.fsdecode(raw))
    assert os.fsencode(read_name(show_name(path))) == os.fsencode(path)


@given(st.binary(min_size=1, max_size=40))
def test_names__are_printable_unicode(raw: bytes) -> None:
    shown = show_name(Path(os.fsdecode(raw)))
    assert shown.isprintable()
    assert shown.encode().decode() == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("zażółć/gęś.txt".encode(), "zażółć/gęś.txt"),
        (b"caf\xe9.txt", r"caf\xe9.txt"),
        (b"caf\\xe9.txt", r"caf\\xe9.txt"),
        (b"two\nlines", r"two\x0alines"),
        ("gpj.\u202eexe".encode(), r"gpj.\xe2\x80\xaeexe"),
    ],
)
def test_names__escape_what_cannot_be_seen(raw: bytes, shown: str) -> None:
    assert show_name(Path(os.fsdecode(raw))) == shown
