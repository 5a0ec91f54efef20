"""What retention has taken from the trail is no broken promise."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from audit import retention
from audit.actor import Actor
from audit.models import Entry, Surface
from audit.sealing import seal_entries
from tests.driver import Driver
from tests.integration.bulk.conftest import work_off
from tests.integration.invariants.test_verify import verify
from venom_portal.trail import retain
from workflows.models import IdempotencyKey
from workflows.operations.bulk.ask import NewBulk, create_bulk
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import Operation


def remove_all(actor: Actor) -> None:
    """Remove what is sealed."""
    seal_entries()
    retain(actor, timezone.now())
    while retention.remove_batch():
        pass


@pytest.fixture
def admin(people: dict[str, User]) -> Actor:
    return Actor(people["admin"], Surface.CLI)


def test_removed_entries__of_runs_bulk_jobs_and_answers_are_not_missed(driver: Driver, admin: Actor) -> None:
    runs = [driver.start("chain-of-ten") for _number in range(3)]
    work_off(create_bulk(admin, NewBulk(Operation.PAUSE, workflow_ids=[run.pk for run in runs[:2]])))
    answer = perform(admin, Request(Operation.CANCEL, runs[2].pk))
    IdempotencyKey.objects.create(
        user=admin.user, key="k", fingerprint="f", created_at=timezone.now(), taken_at=timezone.now(),
        status=200, body=f'{{"operation_id": "{answer.operation_id}"}}',
    )  # fmt: skip
    remove_all(admin)
    assert not Entry.objects.filter(operation_type="pause").exists()
    code, said = verify("--all")
    assert (code, said["violations"]) == (0, [])


def test_answer_after_a_removal__is_still_missed(driver: Driver, admin: Actor) -> None:
    driver.start("chain-of-ten")
    remove_all(admin)
    key = IdempotencyKey.objects.create(
        user=admin.user, key="k", fingerprint="f", created_at=timezone.now(), taken_at=timezone.now(),
        status=200, body='{"operation_id": "01a20777-2fe0-7603-8fde-cb58540062bc"}',
    )  # fmt: skip
    code, said = verify("--all")
    assert code == 1
    assert [violation["subject"] for violation in said["violations"]] == [f"idempotency key {key.pk}"]
