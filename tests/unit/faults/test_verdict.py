"""A session counts as good only if enough has happened."""

from dataclasses import replace

from audit.violation import Violation
from tests.faults.forms import Form
from tests.faults.kinds.catalogue import KINDS
from tests.faults.kinds.fault import Injection
from tests.faults.verdict import GOOD, UNDECIDED, VIOLATED, Verdict

_FORM = Form(seconds=1, settle_seconds=1, completed=2, acknowledged=3, of_each_kind=1)
_ALL = [Injection(kind.name, 1, 2, "1 process") for kind in KINDS]


def _verdict() -> Verdict:
    return Verdict("sqlite", "s", _FORM, _ALL, runs={"completed": 2}, wishes={"acknowledged": 3})


def test_enough__is_good() -> None:
    assert _verdict().exit_code == GOOD


def test_too_little__is_not_judged() -> None:
    assert replace(_verdict(), runs={"completed": 1}).exit_code == UNDECIDED
    assert replace(_verdict(), wishes={}).exit_code == UNDECIDED
    assert replace(_verdict(), injections=_ALL[1:]).exit_code == UNDECIDED
    assert replace(_verdict(), injections=[replace(_ALL[0], ended=0), *_ALL[1:]]).exit_code == UNDECIDED
    assert replace(_verdict(), injections=[replace(_ALL[0], detail=""), *_ALL[1:]]).exit_code == UNDECIDED
    assert replace(_verdict(), trouble="the runner fell over").exit_code == UNDECIDED


def test_a_violation__counts_however_little_happened() -> None:
    assert replace(_verdict(), runs={}, violations=[Violation("x", "y")]).exit_code == VIOLATED
