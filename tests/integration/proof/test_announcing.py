"""A message is never ahead of the commit that it speaks of."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app
from django.db import connection

from tests.driver import Driver
from workflows.models import Step
from workflows.states import StepState


def seen_by_others(step_id: int) -> bool:
    """Whether a process with a connection of its own finds, at this moment, that the step's turn has come."""
    found: list[bool] = []

    def look() -> None:
        found.append(Step.objects.filter(pk=step_id).exclude(status=StepState.PENDING).exists())
        connection.close()

    looking = threading.Thread(target=look)
    looking.start()
    looking.join()
    return found[0]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each message that names a step: whether others could see what it says when it was sent."""
    found: list[bool] = []
    send: Callable[..., Any] = current_app.send_task

    def watched(name: str, *, args: tuple[Any, ...], **options: Any) -> Any:
        if isinstance(args[-1], int):
            found.append(seen_by_others(args[-1]))
        return send(name, args=args, **options)

    monkeypatch.setattr(type(current_app._get_current_object()), "send_task", staticmethod(watched))
    return found


def test_message__is_sent_after_its_commit(driver: Driver, sent: list[bool]) -> None:
    driver.work_off(driver.start("fan", count=3))

    assert len(sent) > 3
    assert all(sent)
