"""The whole check, part by part. What was written since it began makes no difference to it."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from audit import triggers
from audit.verification import outside
from audit.verification.pure import removal
from audit.verification.pure.backdating import Backdating
from audit.verification.pure.chain import Chain
from audit.verification.pure.head import Head, head_of
from audit.verification.pure.keyring import Keyring
from audit.verification.pure.rows import SealRow
from audit.verification.pure.segment import Segment
from audit.verification.readers import queue, seals, segments, trails
from audit.verification.report import Report
from audit.violation import Violation

LAG = timedelta(seconds=60)
"""How long an entry may wait for its seal."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Check:
    against: Sequence[Head]
    progress: Progress
    lag: timedelta
    wait: Callable[[float], None]
    keyring: Keyring
    newest: SealRow | None
    report: Report


def verify(
    against: Sequence[Head] = (),
    progress: Progress | None = None,
    trusted_keys: Collection[str] = (),
    lag: timedelta = LAG,
    wait: Callable[[float], None] = time.sleep,
) -> Report:
    """Check the trail up to its last seal now, and what has none, while the report is iterated over.

    To be done outside of a transaction. ``against`` are heads that were kept elsewhere. ``progress`` is told how many
    entries are done, and of how many. ``trusted_keys`` are the ids of keys that may have introduced themselves.
    ``wait`` is called with a number of seconds where something has to be looked at a second time.

    Raises (now or while it is iterated over):
        CannotCheckError: a file cannot be read.
        DatabaseError: the database cannot be.
    """
    newest, keyring = seals.newest(), Keyring(seals.keys(), trusted_keys)
    report = Report(head=head_of(newest, keyring.public_key(newest.key_id)) if newest else None)
    report.violations = _violations(
        _Check(against, progress or (lambda _done, _of: None), lag, wait, keyring, newest, report)
    )
    return report


def _violations(check: _Check) -> Iterator[Violation]:
    report = check.report
    yield from _triggers()
    yield from check.keyring.violations()
    yield from outside.key_file(Path(settings.VENOM_AUDIT_KEY), report)
    yield from _removals()
    yield from _sealed(check)
    yield from outside.heads_file(Path(settings.VENOM_AUDIT_HEADS), report)
    yield from outside.kept_elsewhere(check.against)
    yield from trails.violations()
    yield from trails.removed()
    yield from queue.violations(check.lag, check.wait)


def _triggers() -> Iterator[Violation]:
    for name in triggers.faulty():
        yield Violation("trigger_changed", f"trigger {name}")
    for name in triggers.strangers():
        yield Violation("trigger_unknown", f"trigger {name}")


def _removals() -> Iterator[Violation]:
    """Check that who was allowed to remove entries is on record, and was by the key of that time."""
    rows = seals.removals()
    yield from removal.violations(rows, Keyring(seals.keys()))


def _sealed(check: _Check) -> Iterator[Violation]:
    """Check the chain, and what is below each seal."""
    chain, removals, backdating = Chain(check.keyring), seals.Removals(), Backdating()
    for page in seals.pages(check.newest.number if check.newest else 0):
        for seal, leaves in segments.leaves_of(page):
            segment = Segment(seal)
            for leaf in backdating.watch(leaves, chain.last):
                segment.add(leaf)
            yield from chain.append(seal)
            yield from segment.violations(removals.cover)
            _count(check, seal, segment)
    for seal in seals.without_number():
        yield Violation("seal_altered", f"seal {seal.number}", {"number": str(seal.number)})
    for number in segments.without_seal():
        yield Violation("leaf_without_seal", f"seal {number}")
    if backdating.count:
        check.report.note("backdated", count=backdating.count, first=backdating.first)


def _count(check: _Check, seal: SealRow, segment: Segment) -> None:
    check.report.seals += 1
    check.report.entries += segment.entries
    if segment.is_partly_removed:
        check.report.note("removal_unfinished", seal=seal.number)
    if check.newest and isinstance(seal.total, int) and isinstance(check.newest.total, int):
        check.progress(seal.total, check.newest.total)
