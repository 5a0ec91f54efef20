"""Encodings, words and languages."""

import codecs

import pytest

from tests.unit.flows.conftest import ENGLISH, GERMAN, POLISH
from venom_portal.flows.documents.text import SAMPLE_BYTES, count_words, decode, identify_language


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (ENGLISH, "ascii", "ascii"),
        (POLISH, "utf-8", "utf-8"),
        (POLISH, "utf-8-sig", "utf-8"),
        (POLISH, "cp1250", "cp1250"),
        (GERMAN, "utf-16", "utf-16"),
        (GERMAN, "utf-16-le", "utf-16-le"),
    ],
)
def test_decode__finds_the_encoding(text: str, encoding: str, named: str) -> None:
    assert decode(text.encode(encoding)) == (text, named)


def test_decode__reads_german_in_an_encoding_of_one_byte(root: object) -> None:
    text, _ = decode(GERMAN.encode("latin-1")) or ("", "")
    assert text == GERMAN


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(range(200, 256)) * 9, b"text\0with\0zeros" * 30, bytes(5000)],
)
def test_decode__takes_no_binary_data_for_text(content: bytes) -> None:
    assert decode(content) is None


def test_decode__one_odd_passage_makes_no_binary_data_of_a_long_text() -> None:
    before, after = (GERMAN * 100)[:9_500], (GERMAN * 100)[:13_500]
    text = before + "~!#" * 600 + after
    assert (decode(text.encode("cp1252")) or [None])[0] == text


def test_decode__leaves_out_a_character_that_is_cut_off() -> None:
    assert decode("Łódź".encode()[:-1]) == ("Łód", "utf-8")


def test_decode__a_long_text_is_not_misread_where_the_sample_ends() -> None:
    line = "港の朝は静かで、誰も話さなかった。\n"
    content = (line * (SAMPLE_BYTES // 20)).encode("shift_jis")
    assert len(content) > SAMPLE_BYTES
    text, encoding = decode(content) or ("", "")
    assert codecs.lookup(encoding).name in ("cp932", "shift_jis")
    assert text.startswith(line)
    assert "\ufffd" not in text


@pytest.mark.parametrize(
    ("text", "language"), [(ENGLISH, "en"), (POLISH, "pl"), (GERMAN, "de"), ("", "und"), ("7", "und")]
)
def test_language__is_told(text: str, language: str) -> None:
    assert identify_language(text) == language


def test_words__are_what_white_space_separates() -> None:
    assert count_words(" one  two\tthree\n\nfour-five\n") == 4
