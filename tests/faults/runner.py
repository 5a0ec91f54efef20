"""Break a portal on purpose, and find out whether what it had answered is true.

Exit code 0: all was well; 1: a rule was violated; 2: too little happened to judge by, or the runner itself failed.
"""

import argparse
import json
import secrets
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from audit.failpoints import BUG_VARIABLE
from tests.faults import forms, report
from tests.faults.session import hold_session
from tests.faults.verdict import UNDECIDED, VIOLATED, Verdict

_DATABASES = ("sqlite", "postgres")


def main(scratch: Path) -> int:
    """Hold the sessions in this directory, show what came of them, and give the exit code."""
    options = _options()
    seed = options.seed or secrets.token_hex(4)
    form = forms.long(options.minutes) if options.minutes else forms.short()
    knobs = {"VENOM_LEASE_SECONDS": str(options.lease), BUG_VARIABLE: options.bug}
    print(f"seed {seed}; scratch directory {scratch}", flush=True)
    verdicts = []
    for database in options.database or _DATABASES:
        print(f"{database}: {form.seconds:.0f} s of faults", flush=True)
        verdicts.append(_hold(scratch / database, database, seed, form, knobs))
        report.show(verdicts[-1])
    told = json.dumps([verdict.as_json() for verdict in verdicts], indent=2, default=str) + "\n"
    (options.json or scratch / "report.json").write_text(told)
    codes = {verdict.exit_code for verdict in verdicts}
    code = VIOLATED if VIOLATED in codes else max(codes)
    if code:
        print(f"kept for you to look at: {scratch} (again: --seed {seed})", file=sys.stderr)
    else:
        shutil.rmtree(scratch, ignore_errors=True)
    return code


def _hold(folder: Path, database: str, seed: str, form: forms.Form, knobs: Mapping[str, str]) -> Verdict:
    folder.mkdir()
    try:
        return hold_session(folder, database, seed, form, knobs)
    except Exception as error:  # noqa: BLE001 (whatever fails, the other database is judged, and this one is not)
        verdict = Verdict(database, seed, form, trouble=f"the runner failed: {error!r}")
        assert verdict.exit_code == UNDECIDED
        return verdict


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--short", action="store_true", help="every kind of fault about once (the default)")
    length.add_argument("--minutes", type=float, help="so many minutes of faults on each database")
    parser.add_argument("--seed", help="repeats the choices of an earlier run; the machine makes its own besides")
    parser.add_argument("--database", action="append", choices=_DATABASES, help="this one only; may be repeated")
    parser.add_argument("--lease", type=float, default=3.0, help="seconds of a worker's lease (the portal's own: 30)")
    parser.add_argument("--bug", default="", help="give the portal one of its seeded bugs: the run has to end with 1")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the report goes")
    return parser.parse_args()
