"""Proofs: whoever has nothing but the proof and the script can check it, and nothing in it can be changed."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry
from audit.sealing import heads, seal_entries
from tests.integration.audit.attacker import entries, stored, tamper

Write = Callable[..., None]

SCRIPT = Path(__file__).parents[3] / "docs" / "check_proof.py"


@pytest.fixture(autouse=True)
def trail(write: Write) -> None:
    write(5, "ünïcode \u2028 '\"\\ \x1b[2J")
    write(6)
    seal_entries()


def prove(entry: Entry) -> dict[str, Any]:
    out = StringIO()
    call_command("audit", "prove", str(entry.pk), "--json", stdout=out)
    return json.loads(out.getvalue())


def check(path: Path, *options: str) -> tuple[int, str]:
    """Run the script with nothing but the standard library."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(path), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_proof__holds_for_every_entry_by_itself_with_the_key_and_with_heads(tmp_path: Path, write: Write) -> None:
    write(1, "alone")
    seal_entries()
    path = tmp_path / "proof.json"
    for entry in Entry.objects.all():
        call_command("audit", "prove", str(entry.pk), "--output", str(path), stdout=StringIO())
        proof = json.loads(path.read_text())
        code, said = check(path, "--key", proof["public_key"], "--head", str(heads.heads_file()))
        assert (code, str(entry.pk) in said, said.isascii()) == (0, True, True)


def test_proof__is_refused_whatever_in_it_is_changed(tmp_path: Path) -> None:
    """In one process, as the script's own ``main`` is run above."""
    sys.path.insert(0, str(SCRIPT.parent))
    try:
        import check_proof
    finally:
        sys.path.pop(0)
    proof = prove(entries()[3])
    check_proof.check(copy.deepcopy(proof))
    number = 0
    for changed in changes_of(proof):
        number += 1
        with pytest.raises((check_proof.Wrong, ValueError, TypeError, KeyError)):  # noqa: PT012 (says which)
            check_proof.check(changed)
            pytest.fail(f"change {number} was not noticed: {changed}")
    assert number > 60


@pytest.mark.parametrize("name", ["entry", "seal", "path", "signature", "digest", "public_key", "index", "format"])
def test_tampered_proof__ends_with_1(tmp_path: Path, name: str) -> None:
    path = tmp_path / "proof.json"
    proof = prove(entries()[3])
    for changed in (flipped(proof[name]), None, 7, [], {}):
        path.write_text(json.dumps(proof | {name: changed}))
        code, said = check(path)
        assert (code, said[:10]) == (1, "NOT proved")


def test_proof__against_another_head_or_key_is_refused(tmp_path: Path, write: Write) -> None:
    path, kept = tmp_path / "proof.json", tmp_path / "head.json"
    proof = prove(entries()[3])
    path.write_text(json.dumps(proof))
    out = StringIO()
    call_command("audit", "head", stdout=out)
    kept.write_text(out.getvalue())
    assert check(path, "--head", str(kept))[0] == 0
    assert check(path, "--key", "00" * 32)[0] == 1
    kept.write_text(json.dumps(json.loads(out.getvalue()) | {"digest": "00" * 32}))
    assert check(path, "--head", str(kept))[0] == 1
    kept.write_text(json.dumps(json.loads(out.getvalue()) | {"number": 2}))
    assert check(path, "--head", str(kept))[0] == 2
    kept.write_text("no head")
    assert check(path, "--head", str(kept))[0] == 2
    assert check(tmp_path / "nothing")[0] == 2


def test_proof__is_held_against_heads_of_which_a_crash_cut_lines_short(tmp_path: Path) -> None:
    path, kept = tmp_path / "proof.json", tmp_path / "heads.jsonl"
    path.write_text(json.dumps(prove(entries()[3])))
    whole = heads.heads_file().read_bytes()
    for rubbish in (b'{"number": 2, "dig', b"\xff", b"[]", b'{"number": [], "digest": ""}', b'{"number": Infinity}'):
        kept.write_bytes(rubbish + b"\n" + whole + rubbish)
        assert check(path, "--head", str(kept))[0] == 0, rubbish
        kept.write_bytes(rubbish)
        assert check(path, "--head", str(kept))[0] == 2, rubbish
        kept.write_bytes(json.dumps(json.loads(whole) | {"digest": "00" * 32}).encode() + b"\n" + rubbish)
        assert check(path, "--head", str(kept))[0] == 1, rubbish


def test_proof__of_what_is_not_sealed_not_there_or_altered_is_refused(write: Write) -> None:
    write(1, "fresh")
    with pytest.raises(CommandError, match="invalid_state"):
        prove(entries("fresh")[0])
    with pytest.raises(CommandError, match="resource_not_found"):
        call_command("audit", "prove", str(uuid4()))
    with pytest.raises(CommandError) as wrong:
        call_command("audit", "prove", "nonsense")
    assert wrong.value.returncode == 2
    victim = entries()[2]
    tamper("UPDATE audit_entry SET reason = 'altered' WHERE operation_id = %s", stored(victim.pk))
    with pytest.raises(CommandError, match="operation_failed"):
        prove(victim)


def flipped(value: Any) -> Any:
    """Something of the same kind that differs."""
    if isinstance(value, dict):
        return value | {name: flipped(item) for name, item in list(value.items())[:1]}
    if isinstance(value, list):
        return value[::-1]
    if isinstance(value, str):
        return ("1" if value[:1] == "0" else "0") + value[1:]
    return 1 if value is None else value + 1


def changes_of(proof: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The proof with each of its values changed, each left out, and one too many."""
    places = [(proof, name) for name in proof if name not in ("entry", "seal", "path")]
    places += [(proof[part], name) for part in ("entry", "seal") for name in proof[part]]
    places += [(proof["path"], number) for number in range(len(proof["path"]))]
    for part, name in places:
        before = part[name]
        part[name] = flipped(before)
        yield copy.deepcopy(proof)
        part[name] = str(before) if not isinstance(before, str) else f" {before}"
        yield copy.deepcopy(proof)
        part[name] = before
    for part in (proof, proof["entry"], proof["seal"]):
        for name in list(part):
            before = part.pop(name)
            yield copy.deepcopy(proof)
            part[name] = before
        part["more"] = 1
        yield copy.deepcopy(proof)
        del part["more"]
    yield proof | {"path": [*proof["path"], "00" * 32]}
    yield proof | {"path": proof["path"][:-1]}
