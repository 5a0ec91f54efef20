"""Groups, demo accounts and tokens."""

import io
import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.utils import timezone
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from audit.actor import SYSTEM
from venom_portal import demo, roles, tokens
from venom_portal.processes import PortalError

pytestmark = pytest.mark.django_db

_OPERATIONS = {"start", "pause", "resume", "cancel", "retry", "restart", "skip_step", "replay_step"}


def _codenames(group: str) -> set[str]:
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


def test_roles__are_there_after_migrating() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= {"viewer", "operator", "admin"}


def test_roles__viewer_looks_and_changes_nothing() -> None:
    held = _codenames("viewer")

    assert {"view_workflow", "view_step", "view_definition", "can_dry_run"} <= held
    assert {name for name in held if not name.startswith("view_")} == {"can_dry_run"}


def test_roles__operator_may_do_every_operation_on_top() -> None:
    own = {f"can_{name}" for name in _OPERATIONS} | {"can_export"}
    assert _codenames("operator") == _codenames("viewer") | own


def test_roles__admin_holds_everything() -> None:
    assert Group.objects.get(name="admin").permissions.count() == Permission.objects.count()


def test_roles__sync_takes_back_what_does_not_belong_to_a_role() -> None:
    viewers = Group.objects.get(name="viewer")
    before = _codenames("viewer")
    viewers.permissions.add(Permission.objects.get(codename="delete_user"))
    viewers.permissions.remove(Permission.objects.get(codename="view_workflow"))

    roles.sync()

    assert _codenames("viewer") == before


def test_demo__accounts_fit_the_file(tmp_path: Path) -> None:
    passwords = demo.make_accounts(tmp_path)

    file = tmp_path / demo.ACCOUNTS_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()) == passwords
    assert len(set(passwords.values())) == 3
    for name, password in passwords.items():
        user = User.objects.get(username=name)
        assert user.check_password(password)
        assert [group.name for group in user.groups.all()] == [name]
        assert user.is_staff
        assert user.is_superuser is (name == "admin")


def test_demo__passwords_are_kept_and_accounts_mended(tmp_path: Path) -> None:
    passwords = demo.make_accounts(tmp_path)
    User.objects.get(username="viewer").delete()
    User.objects.filter(username="operator").update(password="!", is_active=False, is_superuser=True)

    assert demo.make_accounts(tmp_path) == passwords
    assert User.objects.get(username="viewer").check_password(passwords["viewer"])
    operator = User.objects.get(username="operator")
    assert operator.check_password(passwords["operator"])
    assert operator.is_active
    assert not operator.is_superuser


@pytest.mark.parametrize("content", ["", "[]", '{"viewer": "x"}', "null"])
def test_demo__refused_on_a_file_that_is_not_its_own(content: str, tmp_path: Path) -> None:
    (tmp_path / demo.ACCOUNTS_FILE).write_text(content)

    with pytest.raises(PortalError, match="delete it"):
        demo.make_accounts(tmp_path)
    assert not User.objects.exists()
    assert (tmp_path / demo.ACCOUNTS_FILE).read_text() == content


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def _token(*arguments: str) -> str:
    output = io.StringIO()
    call_command("token", *arguments, stdout=output)
    return output.getvalue()


def _logs_in(token: str) -> bool:
    try:
        TokenAuthentication().authenticate_credentials(token.encode())
    except AuthenticationFailed:
        return False
    return True


def test_token_create__logs_in_until_it_is_revoked(ada: User) -> None:
    issued = json.loads(_token("create", "ada", "--json"))

    assert issued["token"].startswith(issued["prefix"])
    assert issued["prefix"].startswith("vnm_")
    assert _logs_in(issued["token"])

    assert json.loads(_token("revoke", issued["prefix"], "--json")) == {"revoked": issued["prefix"], "user": "ada"}
    assert not _logs_in(issued["token"])


@pytest.mark.parametrize(("options", "days"), [([], 90), (["--days", "7"], 7)])
def test_token_create__expires(options: list[str], days: int, ada: User) -> None:
    _token("create", "ada", *options)

    left = AuthToken.objects.get().expiry - timezone.now()
    assert timedelta(days=days, minutes=-1) < left <= timedelta(days=days)


def test_token_create__in_words(ada: User) -> None:
    assert _logs_in(_token("create", "ada").split()[0])


def test_token_create__refused_for_whom_it_would_not_work(ada: User) -> None:
    ada.is_active = False
    ada.save()

    for name, code in (("ada", "invalid_state"), ("nobody", "resource_not_found")):
        with pytest.raises(CommandError, match=rf"{code}: .*{name}") as refusal:
            _token("create", name)
        assert refusal.value.returncode == 1
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("days", ["0", "-1", "99999", "x"])
def test_token_create__wrong_usage(days: str, ada: User) -> None:
    with pytest.raises(CommandError, match="--days"):
        _token("create", "ada", "--days", days)


def test_token_list__shows_prefixes_and_no_token(ada: User) -> None:
    issued = tokens.issue(SYSTEM, ada)
    expired = tokens.issue(SYSTEM, ada)
    AuthToken.objects.filter(token_key=expired.prefix).update(expiry=timezone.now() - timedelta(days=1))

    output = _token("list", "ada", "--json")

    assert {row["prefix"]: row["expired"] for row in json.loads(output)} == {issued.prefix: False, expired.prefix: True}
    assert issued.token not in output
    assert issued.prefix in _token("list", "ada")


def test_token_revoke__refused_unless_exactly_one_fits(ada: User) -> None:
    tokens.issue(SYSTEM, ada)
    tokens.issue(SYSTEM, ada)

    with pytest.raises(CommandError, match="invalid_state: several"):
        _token("revoke", "vnm_")
    with pytest.raises(CommandError, match="resource_not_found: no token"):
        _token("revoke", "vnm_none")
    assert AuthToken.objects.count() == 2
