"""Accounts, groups, tokens and lock-outs: what the administration changes there is on record."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from audit.models import Entry, Surface
from venom_portal.admin.recorded import RecordedAdmin
from workflows.admin.read_only import ReadOnlyAdmin

PASSWORD = "a-fine-Secret-7"


@pytest.fixture
def root(clients: dict[str, Client]) -> Client:
    return clients["root"]


def url(name: str, *arguments: Any) -> str:
    return reverse(f"admin:{name}", args=arguments)


def the_entry(operation: str) -> Entry:
    """The one entry there is of an operation."""
    entry = Entry.objects.get(operation_type=operation)
    assert PASSWORD not in entry.params_json
    assert (entry.triggered_by, entry.surface) == ("root", Surface.ADMIN)
    return entry


def fields_of(user: User, **changed: Any) -> dict[str, Any]:
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    return {"username": user.username, "is_active": "on", **joined, **changed}


@pytest.mark.parametrize("row", admin.site._registry.values(), ids=str)
def test_every_page__only_shows_or_is_on_record(row: Any) -> None:
    assert isinstance(row, ReadOnlyAdmin | RecordedAdmin)


def test_account__is_added_on_record(root: Client) -> None:
    given = {"username": "new", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    root.post(url("auth_user_add"), given)
    assert the_entry("account_add").resource_id == "new"


def test_account__is_changed_on_record_with_what_it_was(root: Client, people: dict[str, User]) -> None:
    viewer, group = people["viewer"], Group.objects.get(name="admin")
    root.post(url("auth_user_change", viewer.pk), fields_of(viewer, groups=[group.pk], is_superuser="on"))
    entry = the_entry("account_change")
    assert (entry.resource_type, entry.resource_id) == ("account", "viewer")
    before, after = entry.params["before"], entry.params["after"]
    assert (before["groups"], before["is_superuser"]) == (["viewer"], False)
    assert (after["groups"], after["is_superuser"]) == (["admin"], True)


def test_password__is_set_on_record_and_in_no_entry(root: Client, people: dict[str, User]) -> None:
    given = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    root.post(url("auth_user_password_change", people["viewer"].pk), given)
    assert the_entry("account_change").resource_id == "viewer"
    assert User.objects.get(username="viewer").check_password(PASSWORD)


def test_own_password__is_changed_on_record(people: dict[str, User]) -> None:
    user, client = User.objects.create_user("somebody", password="old"), Client()
    client.force_login(user)
    given = {"old_password": "old", "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post(url("password_change"), given).status_code == 302
    entry = Entry.objects.get(operation_type="account_password")
    assert (entry.triggered_by, entry.resource_id, entry.params) == ("somebody", "somebody", {})
    assert client.get(url("password_change")).status_code == 200


def test_group__is_changed_on_record(root: Client, people: dict[str, User]) -> None:
    group, right = Group.objects.get(name="viewer"), Permission.objects.get(codename="can_cancel")
    root.post(url("auth_group_change", group.pk), {"name": "viewer", "permissions": [right.pk]})
    assert the_entry("group_change").params["after"]["permissions"] == ["workflows.can_cancel"]


def test_accounts__many_are_deleted_on_record_one_by_one(root: Client, people: dict[str, User]) -> None:
    made = [User.objects.create_user(f"leaver-{number}") for number in range(3)]
    chosen = [user.pk for user in made]
    root.post(url("auth_user_changelist"), {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})
    assert not User.objects.filter(pk__in=chosen).exists()
    entries = Entry.objects.filter(operation_type="account_delete").values_list("resource_id", flat=True)
    assert sorted(entries) == [user.username for user in made]


def test_lock_out__is_ended_on_record(root: Client, people: dict[str, User]) -> None:
    row = AccessAttempt.objects.create(username="viewer", ip_address="10.0.0.1", failures_since_start=9)
    assert root.post(url("axes_accessattempt_change", row.pk), {"failures_since_start": 0}).status_code == 403
    root.post(url("axes_accessattempt_delete", row.pk), {"post": "yes"})
    assert not AccessAttempt.objects.exists()
    assert the_entry("lock_out_delete").params["before"]["failures"] == 9


def test_refusal__is_on_record(clients: dict[str, Client], people: dict[str, User]) -> None:
    viewer = people["viewer"]
    answer = clients["viewer"].post(url("auth_user_change", viewer.pk), fields_of(viewer, is_superuser="on"))
    assert answer.status_code == 403
    entry = Entry.objects.get(operation_type="account_change")
    assert (entry.triggered_by, entry.result, entry.reason_code) == ("viewer", "failure", "permission_denied")
    assert not User.objects.get(pk=viewer.pk).is_superuser


def test_token__cannot_be_made_for_somebody_else_here(root: Client, people: dict[str, User]) -> None:
    assert root.post(url("knox_authtoken_add"), {"user": people["operator"].pk}).status_code == 403
    assert not AuthToken.objects.exists()
    row, _token = AuthToken.objects.create(user=people["operator"])
    assert root.get(url("knox_authtoken_changelist")).status_code == 200
    assert root.get(url("knox_authtoken_change", row.pk)).status_code == 200
    assert root.post(url("knox_authtoken_delete", row.pk), {"post": "yes"}).status_code == 403
