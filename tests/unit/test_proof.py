"""The crash points and seeded bugs of the code, the list of them, and the handbook's page say the same."""

import re
import runpy
from pathlib import Path

from audit.failpoints import CRASH_POINTS, SEEDED_BUGS
from tests.integration.proof.caught import CAUGHT_BY

ROOT = Path(__file__).resolve().parents[2]
APPS = ("audit", "workflows", "control", "venom_portal")


def names_in_code(call: str) -> list[str]:
    """The names that the code calls this with, in all apps."""
    texts = [path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py")]
    return sorted(name for text in texts for name in re.findall(rf'{call}\("([^"]+)"\)', text))


def test_crash_points__are_those_of_the_list_each_once() -> None:
    assert names_in_code("crash_point") == sorted(CRASH_POINTS)


def test_seeded_bugs__are_those_of_the_list_each_in_one_line() -> None:
    assert names_in_code("seeded_bug") == sorted(SEEDED_BUGS)


def test_tests_that_catch_bugs__are_there() -> None:
    for test in CAUGHT_BY.values():
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text()


def test_page_of_proof__is_that_of_the_code() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_proof.py"))
    assert made["PAGE"].read_text() == made["page"](), "run python docs/make_proof.py"
