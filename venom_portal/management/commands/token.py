"""``manage.py token``: give out, list and revoke API tokens."""

import argparse
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from knox.models import AuthToken

from venom_portal import tokens
from workflows.management.acting import ActingCommand, Action
from workflows.management.invocation import Invocation
from workflows.operations.errors import Refused
from workflows.states import ReasonCode

_LONGEST_DAYS = 3650


class Create(Action):
    """Makes a token."""

    name = "create"
    help = gettext_lazy("make a token and print it, this once")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose it is, and for how long."""
        parser.add_argument("for_user", metavar="USER")
        parser.add_argument("--days", type=_days, help=_("how long it is good for (by default 90)"))

    def run(self, invocation: Invocation) -> None:
        """Make it and print it."""
        issued = tokens.issue(invocation.actor, _user(invocation.options["for_user"]), invocation.options["days"])
        invocation.answer(
            {"token": issued.token, "expiry": issued.expiry.isoformat(), "prefix": issued.prefix},
            [issued.token, _("Good until %(expiry)s. It is not shown again.") % {"expiry": issued.expiry}],
        )


class List(Action):
    """Lists a user's tokens."""

    name = "list"
    help = gettext_lazy("list a user's tokens")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose."""
        parser.add_argument("for_user", metavar="USER")

    def run(self, invocation: Invocation) -> None:
        """Print them: one's own, or with the permission to look at tokens."""
        user = _user(invocation.options["for_user"])
        if user != invocation.actor.user:
            invocation.require("knox.view_authtoken")
        rows = list(tokens.of_user(user))
        invocation.answer([_as_dict(row) for row in rows], [_as_line(row) for row in rows])


class Revoke(Action):
    """Makes a token worthless."""

    name = "revoke"
    help = gettext_lazy("make a token worthless")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which."""
        parser.add_argument("prefix", help=_("how the token starts, as `list` shows it"))

    def run(self, invocation: Invocation) -> None:
        """Revoke it and say whose it was."""
        revoked = tokens.revoke(invocation.actor, invocation.options["prefix"])
        owner = revoked.user.get_username()
        invocation.answer(
            {"revoked": revoked.token_key, "user": owner},
            [_("Revoked %(prefix)s of %(user)s.") % {"prefix": revoked.token_key, "user": owner}],
        )


class Command(ActingCommand):
    """See the actions."""

    help = gettext_lazy("Give out, list and revoke the tokens that API clients log in with.")  # type: ignore[assignment]  # made when it is shown
    actions: ClassVar = (Create(), List(), Revoke())


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= _LONGEST_DAYS:
        raise argparse.ArgumentTypeError(_("a token is good for 1 to %(most)s days") % {"most": _LONGEST_DAYS})
    return days


def _user(name: str) -> User:
    try:
        return get_user_model().objects.get(username=name)
    except User.DoesNotExist as error:
        raise Refused(ReasonCode.RESOURCE_NOT_FOUND, _("there is no user %(name)s") % {"name": name}) from error


def _as_dict(row: AuthToken) -> dict[str, Any]:
    return {
        "prefix": row.token_key,
        "created": row.created.isoformat(),
        "expiry": row.expiry.isoformat() if row.expiry else None,
        "expired": _is_expired(row),
    }


def _as_line(row: AuthToken) -> str:
    state = _("expired") if _is_expired(row) else _("good until")
    return f"{row.token_key}  {state} {row.expiry:%Y-%m-%d %H:%M}"


def _is_expired(row: AuthToken) -> bool:
    return bool(row.expiry and row.expiry < timezone.now())
