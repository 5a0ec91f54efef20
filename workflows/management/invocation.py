"""What every action of a command is given: who acts, what was asked, where the answer goes."""

import getpass
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import OutputWrapper
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.models import Surface
from workflows.operations.errors import Refused
from workflows.states import ReasonCode


@dataclass(frozen=True)
class Invocation:
    """One call of a command."""

    actor: Actor
    options: dict[str, Any]
    out: OutputWrapper
    as_json: bool

    def require(self, permission: str) -> None:
        """Go on only if the acting user holds a permission.

        Raises:
            Refused: ``permission_denied``.
        """
        if not self.actor.may(permission):
            raise Refused(
                ReasonCode.PERMISSION_DENIED,
                _("%(user)s may not do this; it takes the permission %(permission)s")
                % {"user": self.actor.name, "permission": permission},
            )

    def answer(self, data: object, lines: Iterable[str]) -> None:
        """Print what came of it: as one line of JSON where that was asked for, else for people."""
        self.out.write(to_json(data) if self.as_json else "\n".join(lines))


def to_json(data: object) -> str:
    """Write an answer as one line of JSON."""
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)


def acting_user(name: str | None) -> Actor:
    """Give the user of this name; without one, the user whose name is that of the operating system's user.

    Where no account has that name, whoever owns the portal's files acts under it and may do everything: who can read
    the keys and write the database can do that anyway.

    Raises:
        Refused: ``permission_denied``: there is no such user, or the account is not active.
    """
    is_named, name = bool(name), name or _system_user()
    user = User.objects.filter(username=name).first()
    if user is None and name and not is_named and _owns_the_portal():
        return Actor(None, Surface.CLI, local_name=name)
    if user is None:
        raise _unknown(_("there is no user %(name)s") % {"name": name or "–"})
    if not user.is_active:
        raise _unknown(_("the user %(name)s is not active") % {"name": name})
    return Actor(user, Surface.CLI)


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a process can have a number without a name
        return ""


def _owns_the_portal() -> bool:
    try:
        return Path(settings.VENOM_DATA_DIR).stat().st_uid == os.geteuid()
    except OSError:
        return False


def _unknown(problem: str) -> Refused:
    remedy = _("name another with --as USER, or make one with “manage.py createsuperuser”")
    return Refused(ReasonCode.PERMISSION_DENIED, f"{problem}; {remedy}")
