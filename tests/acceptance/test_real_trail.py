"""The audit trail under many real processes that write and seal at once."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from audit import verification
from audit.models import Entry, Leaf, Pending, Seal
from audit.sealing import heads
from tests.acceptance.parts import ROOT, Parts

WRITERS, ENTRIES, SEALERS = 16, 10_000, 2


@pytest.mark.django_db(transaction=True)
def test_sixteen_processes__leave_a_chain_without_fork_and_hole(tmp_path: Path, settings: Any) -> None:
    settings.VENOM_AUDIT_KEY = tmp_path / "audit" / "signing-key.pem"
    settings.VENOM_AUDIT_HEADS = tmp_path / "audit" / "heads.jsonl"
    arguments = [sys.executable, "-m", "bench.audit_writers", *map(str, (WRITERS, ENTRIES, SEALERS))]
    environment = {**Parts(tmp_path).environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        arguments, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert Entry.objects.count() == Leaf.objects.count() == ENTRIES
    assert not Pending.objects.exists()
    seals = list(Seal.objects.order_by("number"))
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    assert all(after.previous == heads.digest_of(before) for before, after in pairwise(seals))
    assert seals[-1].total == ENTRIES
    report = verification.verify()
    assert list(report) == []
    assert (report.entries, report.seals, report.notes) == (ENTRIES, len(seals), [])
