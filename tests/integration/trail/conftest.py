"""Entries to read, and people who read them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from audit.actor import SYSTEM, Actor
from audit.models import Entry, Result, Surface
from audit.record import record

PEOPLE = ("anonymous", "outsider", "viewer", "operator", "admin")
CANARY = "c4n4ry-4711-secret"
BEFORE_TIME, AFTER_TIME = "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"
"""Times as addresses have them that there are with their offset, and not in UTC."""


@pytest.fixture
def clients(people: dict[str, User]) -> dict[str, Client]:
    """A client for each of ``PEOPLE``."""
    users = people | {"outsider": User.objects.create_user("outsider", password="outsider-secret", is_staff=True)}
    found = {"anonymous": Client()}
    for name, user in users.items():
        found[name] = Client()
        found[name].force_login(user)
    return found


@pytest.fixture
def write(db: None) -> Callable[..., Entry]:
    """Write an entry; what is not given is that of a pause that was done."""

    def write_entry(actor: Actor = SYSTEM, operation: str = "pause", resource: str = "run", **given: Any) -> Entry:
        kind = given.pop("kind", "workflow")
        given = {"result": Result.SUCCESS, "reason_code": "operation_completed"} | given
        with transaction.atomic():
            return record(actor, operation, kind, resource, **given)

    return write_entry


@pytest.fixture
def some(write: Callable[..., Entry], people: dict[str, User]) -> dict[str, Entry]:
    """Entries that differ in everything that can be filtered by."""
    viewer = Actor(people["viewer"], Surface.ADMIN, "192.0.2.7")
    denied = {"result": Result.FAILURE, "reason_code": "permission_denied"}
    found = {"pause": write(), "denied": write(viewer, "cancel", "other", reason="=1+1", **denied)}
    found["part"] = write(operation="bulk_pause", kind="bulk", resource="job", parent=found["pause"].pk)
    found["secret"] = write(operation="start", resource="third", params={"password": CANARY, "note": f"token={CANARY}"})
    return found
