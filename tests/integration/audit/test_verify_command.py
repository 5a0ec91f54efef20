"""``audit verify`` and ``audit head``: what they print and how they end."""

import json
from collections.abc import Callable
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from audit.sealing import heads, seal_entries
from audit.verification import NOTES, RULES
from tests.integration.audit.attacker import cut, entries, execute, stored, tamper

Write = Callable[..., None]


@pytest.fixture(autouse=True)
def trail(write: Write) -> None:
    write(3)
    seal_entries()
    write(2)
    seal_entries()


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("audit", "verify", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def answer(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    with suppress(CommandError):
        call_command("audit", "verify", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_verify__of_a_clean_trail_ends_with_0() -> None:
    code, said = run()
    assert code == 0
    assert "5 entries below the seals 1 to 2" in said
    head = heads.newest_head()
    assert head
    assert head["digest"] in said
    assert answer() == {"holds": True, "seals": 2, "entries": 5, "head": head, "violations": [], "notes": []}


def test_verify__names_the_first_bad_entry_and_ends_with_1() -> None:
    first, second = entries()[1], entries()[3]
    for victim in (second, first):
        tamper("UPDATE audit_entry SET reason = 'other' WHERE operation_id = %s", stored(victim.pk))
    code, said = run()
    assert code == 1
    assert said.splitlines()[0] == f"entry_altered  entry {first.pk}"
    told = answer()
    assert told["holds"] is False
    assert [violation["subject"] for violation in told["violations"]] == [f"entry {first.pk}", f"entry {second.pk}"]


def test_verify__against_a_head_kept_elsewhere(tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    out = StringIO()
    call_command("audit", "head", stdout=out)
    kept.write_text(out.getvalue())
    assert run("--against", str(kept))[0] == 0
    cut(1)
    execute("UPDATE audit_trail SET length = 3")
    heads.heads_file().unlink()
    assert run()[0] == 0
    assert run("--against", str(kept))[0] == 1
    assert [violation["rule"] for violation in answer("--against", str(kept))["violations"]] == ["tail_cut"]


@pytest.mark.parametrize(
    "content",
    [
        *("", "\n", "no", "[]", '{"number": 1}', '{"number": "1", "digest": ""}', "\xff"),
        *(f'{{"number": {number}, "digest": ""}}' for number in (10**23, 2**63, 0, -1, "Infinity", "1.0", "true")),
    ],
)
def test_verify__against_what_is_no_head_ends_with_2(tmp_path: Path, content: str) -> None:
    kept = tmp_path / "head.json"
    kept.write_bytes(content.encode("latin-1"))
    assert run("--against", str(kept))[0] == 2
    assert answer("--against", str(kept))["holds"] is None


def test_verify__against_a_file_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    code, said = run("--against", str(tmp_path / "nothing"))
    assert (code, "nothing" in said) == (2, True)


@pytest.mark.parametrize("action", [("verify",), ("head",), ("prove", "0199a2c1-0000-7000-8000-000000000000")])
def test_reading_the_proofs__takes_the_permission(action: tuple[str, ...]) -> None:
    User.objects.create_user("nobody-special")
    with pytest.raises(CommandError, match="permission_denied"):
        call_command("audit", *action, "--as", "nobody-special")


def test_every_code_has_words() -> None:
    """Each code stands in the sources of the verifier, and no other does."""
    sources = "".join(path.read_text() for path in Path("audit/verification").rglob("*.py") if path.name != "words.py")
    for code in (*RULES, *NOTES):
        assert f'"{code}"' in sources
    made = {part.split('"')[1] for part in sources.split("Violation(")[1:] if part.lstrip().startswith('"')}
    assert made <= RULES.keys()
    assert len(made) > 20
