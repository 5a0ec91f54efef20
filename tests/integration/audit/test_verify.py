"""A trail that nobody touched holds, whatever goes on meanwhile."""

from collections.abc import Callable

from audit import verification
from audit.sealing import seal_entries

Write = Callable[..., None]


def test_verify__finds_nothing_in_an_empty_trail() -> None:
    report = verification.verify()
    assert list(report) == []
    assert (report.seals, report.entries, report.head, report.notes) == (0, 0, None, [])


def test_verify__proves_a_clean_trail(write: Write) -> None:
    for resource in ("first", "second", "ünïcode '\"\\ \u2028"):
        write(4, resource)
        seal_entries()
    write(2, "first")
    progress: list[tuple[int, int]] = []
    report = verification.verify(progress=lambda done, of: progress.append((done, of)))
    assert list(report) == []
    assert (report.seals, report.entries, report.notes) == (3, 12, [])
    assert report.head
    assert report.head["number"] == 3
    assert progress[-1] == (12, 12)
