"""``manage.py verify``: nothing to say of a database on which real work was done, and each break of a promise named."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from tests.driver import Driver
from workflows.engine.finish import finish
from workflows.invariants import INVARIANTS
from workflows.models import Workflow
from workflows.states import RunState
from workflows.worker.context import AttemptContext
from workflows.worker.log_capture import LogBuffer
from workflows.worker.perform import perform

Busy = dict[str, Workflow]


def verify(*options: str) -> tuple[int, dict[str, Any]]:
    output = io.StringIO()
    with pytest.raises(SystemExit) as ending:
        call_command("verify", "--json", *options, stdout=output)
    return int(str(ending.value.code)), json.loads(output.getvalue())


def test_verify__real_work_breaks_nothing(busy: Busy) -> None:
    code, answer = verify("--all")

    assert answer["violations"] == []
    assert (code, answer["holds"]) == (0, True)
    assert set(answer["checked"]) >= {invariant.name for invariant in INVARIANTS}


def test_verify__names_the_first_violation(busy: Busy) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_workflow SET in_flight = 7")

    code, answer = verify()

    assert (code, answer["holds"], len(answer["violations"])) == (1, False, 1)
    assert answer["violations"][0]["rule"] == "in_flight_miscounted"
    assert answer["violations"][0]["facts"]["counter"] == 7


def test_verify__lists_all_violations_when_asked(busy: Busy) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_workflow SET in_flight = 7, done = 99")

    code, answer = verify("--all")

    assert code == 1
    assert len(answer["violations"]) >= 2 * len(busy)


def test_verify__in_words(busy: Busy) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_workflow SET in_flight = 7 WHERE in_flight = 0")
    output = io.StringIO()

    with pytest.raises(SystemExit):
        call_command("verify", stdout=output, no_color=True)

    assert "in_flight_miscounted  run " in output.getvalue()
    assert "attempts in flight is not that of its rows" in output.getvalue()


def test_verify__says_that_it_could_not_look(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_reach(*_arguments: Any, **_options: Any) -> Any:
        raise DatabaseError("no such server")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", out_of_reach)
        patch.setattr(connection, "chunked_cursor", out_of_reach)
        code, answer = verify()

    assert (code, answer["holds"]) == (2, None)
    assert "no such server" in answer["error"]
    assert "doctor" in answer["error"]


def test_verify__while_work_goes_on(driver: Driver, start: Callable[..., Workflow]) -> None:
    """Between any two steps of a run all holds."""
    run = start("fan", count=3)
    while driver.due(run).exists():
        assert verify("--all")[1]["violations"] == []
        claim = driver.claim(run)
        assert claim
        assert verify("--all")[1]["violations"] == []
        finish(claim, perform(claim, AttemptContext(claim, LogBuffer(claim))), take_next=False)
    assert driver.again(run).status == RunState.COMPLETED
