"""What happens by itself."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.utils import timezone

from tests.driver import Driver
from workflows import clock
from workflows.dispatch import QUEUE_AIM, Look, waiting_messages, wake
from workflows.engine import announce
from workflows.engine.finish import finish
from workflows.engine.outcome import Succeeded
from workflows.models import Step


def waited(run: Any, seconds: float) -> None:
    """Pretend that the announcement was made so long ago."""
    Step.objects.filter(workflow=run).update(announced_at=timezone.now() - timedelta(seconds=seconds))


def test_lost_message__is_sent_again(driver: Driver, messages: list[Any]) -> None:
    run = driver.start("chain-of-ten")
    step = driver.due(run).get()
    messages.clear()
    clock.tick()
    assert messages == [], "it was announced only now"
    waited(run, 3)
    clock.tick()
    assert messages == [(str(run.pk), step.pk)]
    clock.tick()
    assert len(messages) == 1, "and is not repeated at every tick"


def test_claimed_step__is_not_announced(driver: Driver, messages: list[Any]) -> None:
    run = driver.start("chain-of-ten")
    assert driver.claim(run)
    messages.clear()
    waited(run, 60)
    clock.tick()
    assert messages == []


def test_items_left_over__are_announced(driver: Driver, messages: list[Any]) -> None:
    run = driver.start("fan", count=150)
    claim = driver.claim(run)
    assert claim
    finish(claim, Succeeded(list(range(150)), str(list(range(150)))), take_next=False)
    messages.clear()
    clock.tick()
    assert len(messages) == 50


def test_full_queue__gets_no_more(driver: Driver, messages: list[Any]) -> None:
    run = driver.start("fan", count=0)
    wake([Look(run.pk, None)] * (QUEUE_AIM + 5))
    messages.clear()
    waited(run, 60)
    clock.tick()
    assert waiting_messages() == QUEUE_AIM
    assert messages == []


def test_broker_that_is_down__is_no_error(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    driver.start("chain-of-ten")
    with monkeypatch.context() as down:
        down.setattr(current_app.conf, "broker_read_url", "redis+socket:///nowhere/broker.sock")
        assert announce.announce_due_steps() == 0
