"""``manage.py token``: give out, list and revoke API tokens."""

import argparse
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken

from venom_portal import tokens
from venom_portal.management.arguments import add_data_dir, add_json
from workflows.management.invocation import to_json
from workflows.operations.errors import Refused
from workflows.states import ReasonCode

_LONGEST_DAYS = 3650


class Command(BaseCommand):
    """Parse, call ``tokens``, print."""

    help = _("Give out, list and revoke the tokens that API clients log in with.")

    def add_arguments(self, parser: CommandParser) -> None:
        shared = CommandParser(add_help=False)
        add_json(shared)
        add_data_dir(shared)
        actions = parser.add_subparsers(dest="action", required=True, metavar="create|list|revoke")
        create = actions.add_parser(
            "create", allow_abbrev=False, parents=[shared], help=_("make a token and print it, this once")
        )
        create.add_argument("user")
        create.add_argument("--days", type=_days, help=_("how long it is good for (by default 90)"))
        listing = actions.add_parser("list", allow_abbrev=False, parents=[shared], help=_("list a user's tokens"))
        listing.add_argument("user")
        revoke = actions.add_parser("revoke", allow_abbrev=False, parents=[shared], help=_("make a token worthless"))
        revoke.add_argument("prefix", help=_("how the token starts, as `list` shows it"))

    def handle(self, *, action: str, **options: Any) -> None:
        actions: dict[str, Callable[..., None]] = {"create": self._create, "list": self._list, "revoke": self._revoke}
        try:
            actions[action](**options)
        except Refused as refusal:
            if options["as_json"]:
                self.stdout.write(to_json({"reason_code": refusal.code, "message": refusal.message}))
            raise CommandError(f"{refusal.code}: {refusal.message}") from refusal

    def _create(self, *, user: str, days: int | None, as_json: bool, **_unused: Any) -> None:
        issued = tokens.issue(_active_user(user), days)
        self._answer(
            as_json,
            {"token": issued.token, "expiry": issued.expiry.isoformat(), "prefix": issued.prefix},
            [issued.token, _("Good until %(expiry)s. It is not shown again.") % {"expiry": issued.expiry}],
        )

    def _list(self, *, user: str, as_json: bool, **_unused: Any) -> None:
        rows = list(tokens.of_user(_user(user)))
        self._answer(as_json, [_as_dict(row) for row in rows], [_as_line(row) for row in rows])

    def _revoke(self, *, prefix: str, as_json: bool, **_unused: Any) -> None:
        revoked = tokens.revoke(prefix)
        owner = revoked.user.get_username()
        self._answer(
            as_json,
            {"revoked": revoked.token_key, "user": owner},
            [_("Revoked %(prefix)s of %(user)s.") % {"prefix": revoked.token_key, "user": owner}],
        )

    def _answer(self, as_json: bool, data: object, lines: list[str]) -> None:
        self.stdout.write(to_json(data) if as_json else "\n".join(lines))


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


def _active_user(name: str) -> User:
    user = _user(name)
    if not user.is_active:
        message = _("the user %(name)s is not active, so a token would not work")
        raise Refused(ReasonCode.INVALID_STATE, message % {"name": name})
    return user


def _as_dict(row: AuthToken) -> dict[str, object]:
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
