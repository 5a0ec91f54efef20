"""The same, and nearly the same."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.flows.conftest import ENGLISH, POLISH
from venom_portal.flows.documents.duplicates import exact_groups, near_groups
from venom_portal.flows.documents.records import FileRecord
from venom_portal.flows.documents.sketches import read_sketch, sketch


def _text(path: str, text: str) -> FileRecord:
    return FileRecord(path, size=len(text), sha256=str(hash(text)), kind="text", sketch=sketch(text))


def _common_share(left: str, right: str) -> float:
    """The exact share of the runs of three words."""
    runs = []
    for text in (left, right):
        words = re.findall(r"\w+", text.casefold())
        runs.append(set(zip(words, words[1:], words[2:], strict=False)))
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])


def test_exact__groups_by_content_the_most_wasteful_first() -> None:
    records = [
        FileRecord("a", size=1, sha256="one"),
        FileRecord("b", size=9, sha256="two"),
        FileRecord("c", size=1, sha256="one"),
        FileRecord("d", size=9, sha256="two"),
        FileRecord("e", size=9, sha256="three"),
    ]
    assert [[record.path for record in group] for group in exact_groups(records)] == [["b", "d"], ["a", "c"]]


def test_exact__empty_and_unread_files_are_no_duplicates() -> None:
    records = [FileRecord(path, sha256="e3b0", kind="empty") for path in "ab"]
    records += [FileRecord(path, problem="forbidden") for path in "cd"]
    assert exact_groups(records) == []


def test_near__finds_what_differs_in_a_few_words() -> None:
    changed = ENGLISH.replace("seagulls", "gulls").replace("herring", "mackerel")
    groups = near_groups([_text("a", ENGLISH), _text("b", changed), _text("c", POLISH)])
    assert [(group.first, [path for path, _ in group.others]) for group in groups] == [("a", ["b"])]
    assert 0.8 <= groups[0].others[0][1] < 1


def test_near__differing_only_in_line_ends_and_case_is_all_alike() -> None:
    groups = near_groups([_text("a", ENGLISH), _text("b", ENGLISH.upper().replace("\n", "\r\n"))])
    assert groups[0].others == [("b", 1.0)]


def test_near__exact_duplicates_take_part_once() -> None:
    assert near_groups([_text("a", ENGLISH), _text("b", ENGLISH)]) == []


def test_near__is_no_chain() -> None:
    words = [f"word{number}" for number in range(200)]
    # Each text begins ten words later: neighbours are alike, the ends are not.
    texts = [" ".join(words[start : start + 100]) for start in range(0, 60, 10)]
    assert all(_common_share(*pair) >= 0.8 for pair in pairwise(texts))
    for group in near_groups([_text(str(number), text) for number, text in enumerate(texts)]):
        first = texts[int(group.first)]
        assert all(_common_share(first, texts[int(path)]) > 0.6 for path, _ in group.others)


def test_sketch__short_texts_are_not_compared() -> None:
    assert sketch("one two three") == ""


@settings(max_examples=30)
@given(st.integers(0, 300), st.integers(60, 300))
def test_sketch__estimates_the_common_share(shift: int, length: int) -> None:
    words = [f"w{number}" for number in range(600)]
    left, right = " ".join(words[:length]), " ".join(words[shift : shift + length])
    estimate = read_sketch(sketch(left)).jaccard(read_sketch(sketch(right)))
    assert abs(estimate - _common_share(left, right)) < 0.25
