"""The handbook says what the code says."""

import runpy
from pathlib import Path

MAKER = Path(__file__).resolve().parents[2] / "docs" / "make_states.py"


def test_page_of_states__is_that_of_the_table() -> None:
    made = runpy.run_path(str(MAKER))
    assert made["PAGE"].read_text() == made["page"](), "run python docs/make_states.py"
