"""Accounts to try the portal with: one per role, with passwords that stay in the data directory."""

import json
import os
import secrets
from pathlib import Path

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils.translation import gettext as _

from venom_portal import roles
from venom_portal.processes import PortalError

ACCOUNTS_FILE = "demo-accounts.json"

_ROLES = (roles.VIEWER, roles.OPERATOR, roles.ADMIN)


def make_accounts(data_dir: Path) -> dict[str, str]:
    """Have an account in each role, named like it, and return their passwords.

    The passwords are made once and read from the file ever after; an account that does not fit them is mended.

    Raises:
        PortalError: the file is there and cannot be read.
    """
    passwords = _kept_passwords(data_dir / ACCOUNTS_FILE)
    for role in _ROLES:
        _make_account(role, passwords[role])
    return passwords


def _kept_passwords(path: Path) -> dict[str, str]:
    if not path.exists():
        _write_private(path, json.dumps({role: secrets.token_urlsafe(12) for role in _ROLES}, indent=2))
    try:
        content = json.loads(path.read_text())
        return {role: str(content[role]) for role in _ROLES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = _("%(path)s does not hold the passwords of the demo accounts; delete it to have new ones made")
        raise PortalError(message % {"path": path}) from error


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    unfinished.replace(path)


@transaction.atomic
def _make_account(role: str, password: str) -> None:
    user, is_new = User.objects.get_or_create(username=role)
    if is_new or not user.check_password(password):
        user.set_password(password)
    user.is_active = user.is_staff = True
    user.is_superuser = role == roles.ADMIN
    user.save()
    user.groups.add(Group.objects.get(name=role))
