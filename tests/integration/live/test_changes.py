"""Which runs have changed, for lists."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.integration.live.conftest import Tell
from workflows.models import Event, Workflow
from workflows.selectors import changes
from workflows.selectors.changes import changes_since, latest_token


def settle() -> None:
    """Let everything have happened long ago."""
    Event.objects.update(at=timezone.now() - timedelta(minutes=1))


def test_settled_change__is_named_once(run: Workflow, tell: Tell) -> None:
    settle()
    before = latest_token()
    tell(run)
    settle()
    found = changes_since(before)
    assert [change.workflow for change in found.runs] == [run.pk]
    assert changes_since(found.token).runs == []


def test_event_with_a_lower_number_that_is_committed_later__is_found(run: Workflow, tell: Tell) -> None:
    before = latest_token()
    tell(run, 2)
    early, late = Event.objects.order_by("pk")[1:3]
    number = early.pk
    early.delete()  # as if its transaction had not committed yet
    token = changes_since(before).token
    early.pk = number
    early.save(force_insert=True)
    assert token < number < late.pk
    assert changes_since(token).runs


def test_too_far_behind__nothing_is_named(run: Workflow, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST", 3)
    tell(run, 10)
    settle()
    found = changes_since(0)
    assert (found.reset, found.runs, found.token) == (True, [], latest_token())


def test_cost__is_two_statements_and_one_when_nothing_happens(
    run: Workflow, tell: Tell, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tell(run, 50)
    token = latest_token()
    with django_assert_num_queries(2):
        changes_since(token)
    settle()
    token = latest_token()
    with django_assert_num_queries(1):
        changes_since(token)
