"""The trail against what is kept outside of the database: the key's file, the heads' file, heads kept elsewhere."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from audit.verification.pure.head import Head, compare
from audit.verification.pure.keyring import Keyring
from audit.verification.readers import files, seals
from audit.verification.report import CannotCheckError, Report
from audit.violation import Violation

_HEADS_AT_ONCE = 500


def key_file(path: Path, report: Report) -> Iterator[Violation]:
    """Check that the private key, where it is here and may be read, is the one that signs the next seal.

    A crash while keys were changed can leave the new one beside the old one, from where the next seal takes it.
    """
    for is_last_look in (False, True):  # the key may be changed between the looks at the file and at the database
        try:
            found = [files.public_key(path), _beside(path)]
        except OSError as error:
            if seals.keys():
                report.note("key_file_not_read", path=str(path), why=error.strerror)
            return
        newest = Keyring(seals.keys()).newest
        if newest is None or newest.public_key in found:
            return
        if is_last_look:
            yield Violation("key_replaced", f"key {newest.key_id}", {"file": str(path), "holds": found[0]})


def _beside(path: Path) -> str | None:
    beside = path.with_name(path.name + ".next")
    return files.public_key(beside) if beside.exists() else None


def heads_file(path: Path, report: Report) -> Iterator[Violation]:
    """Check each line of the file, and that none is missing before the last.

    Raises:
        CannotCheckError: the file is there and cannot be read.
    """
    if not path.exists():
        if report.seals:
            report.note("heads_file_missing", path=str(path))
        return
    highest = unreadable = 0
    try:
        heads = files.heads(path)
        while page := list(islice(heads, _HEADS_AT_ONCE)):
            whole = [head for head in page if head is not None]
            unreadable += len(page) - len(whole)
            yield from _compare(whole)
            for number in (head["number"] for head in whole):
                if number > highest + 1:
                    yield Violation("head_missing", f"seal {highest + 1}", {"file": str(path), "next": number})
                highest = max(highest, number)
    except OSError as error:
        raise CannotCheckError(
            _("the heads in %(path)s cannot be read (%(why)s)") % {"path": path, "why": error.strerror}
        ) from error
    if unreadable:
        report.note("heads_unreadable", path=str(path), lines=unreadable)


def kept_elsewhere(heads: Sequence[Head]) -> Iterator[Violation]:
    """Check heads that somebody kept."""
    for start in range(0, len(heads), _HEADS_AT_ONCE):
        yield from _compare(heads[start : start + _HEADS_AT_ONCE])


def _compare(heads: Sequence[Head]) -> Iterator[Violation]:
    if not heads:
        return
    found = seals.numbered([head["number"] for head in heads])
    newest, keyring = seals.newest(), Keyring(seals.keys())
    last = newest.number if newest and isinstance(newest.number, int) else 0
    for head in heads:
        seal = found.get(head["number"])
        yield from compare(head, seal, keyring.public_key(seal.key_id) if seal else None, last)
