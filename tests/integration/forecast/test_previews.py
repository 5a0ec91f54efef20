"""Previews that authors registered: called in a process of their own, which cannot write."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from audit.actor import SYSTEM
from workflows.forecast import previews
from workflows.models import Workflow
from workflows.operations.create import NewRun, create_run
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import Operation

pytestmark = pytest.mark.usefixtures("transactional_db", "flows_committed", "preview_process")


def shown(**given: Any) -> dict[str, Any]:
    run: Workflow = create_run(SYSTEM, NewRun("previewed", input=given, start=False)).run
    answer = perform(SYSTEM, Request(Operation.DRY_RUN, run.pk))
    assert answer.is_done, answer.message
    return {action["step_id"]: action["preview"] for action in answer.metadata["simulated_actions"]}


def test_previews__are_called_with_the_arguments_and_may_read() -> None:
    User.objects.create(username="somebody")
    found = shown(to="us", items=["a", "b"])
    assert found["send"] == {"outcome": "shown", "value": {"to": "us", "letters": 2}, "message": "", "item": None}
    assert found["send-later"]["outcome"] == "arguments_unknown"
    assert (found["count-users"]["outcome"], found["count-users"]["value"]) == ("shown", 1)
    assert (found["each"]["value"], found["each"]["item"]) == ("would shout a", 0)
    assert (found["chatter"]["outcome"], found["chatter"]["message"]) == ("failed", "ValueError: no more to say")


def test_preview__that_writes_is_refused_by_the_database() -> None:
    found = shown()
    assert found["sneak"]["outcome"] == "failed"
    assert "read-only" in found["sneak"]["message"].replace("readonly", "read-only")
    assert found["burrow"]["outcome"] == "failed", "the ban cannot be lifted"
    assert not User.objects.exists()
    assert found["hang"]["outcome"] == "shown", "the others go on"


def test_preview__that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "SECONDS_EACH", 0.3)
    found = shown(seconds=60)
    assert found["hang"]["outcome"] == "timed_out"
    assert found["chatter"]["outcome"] == "failed", "the others go on"


def test_previews__that_hang_together_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "SECONDS_TOGETHER", 4)
    monkeypatch.setattr(previews, "SECONDS_EACH", 60)
    found = shown(seconds=60)
    assert (found["send"]["outcome"], found["hang"]["outcome"]) == ("shown", "timed_out")
    assert found["chatter"]["outcome"] == "timed_out", "nobody came to it"
