"""``manage.py token``: give out, list and revoke API tokens."""

import argparse
import json
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken

from venom_portal import tokens

_LONGEST_DAYS = 3650


class Command(BaseCommand):
    """Parse, call ``tokens``, print."""

    help = _("Give out, list and revoke the tokens that API clients log in with.")

    def add_arguments(self, parser: CommandParser) -> None:
        shared = argparse.ArgumentParser(add_help=False)
        shared.add_argument("--json", action="store_true", dest="as_json", help=_("answer in JSON"))
        actions = parser.add_subparsers(dest="action", required=True, metavar="create|list|revoke")
        create = actions.add_parser("create", parents=[shared], help=_("make a token and print it, this once"))
        create.add_argument("user")
        create.add_argument("--days", type=_days, help=_("how long it is good for (by default 90)"))
        listing = actions.add_parser("list", parents=[shared], help=_("list a user's tokens"))
        listing.add_argument("user")
        revoke = actions.add_parser("revoke", parents=[shared], help=_("make a token worthless"))
        revoke.add_argument("prefix", help=_("how the token starts, as `list` shows it"))

    def handle(self, *, action: str, **options: Any) -> None:
        {"create": self._create, "list": self._list, "revoke": self._revoke}[action](**options)

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
        try:
            revoked = tokens.revoke(prefix)
        except tokens.UnknownTokenError as error:
            raise CommandError(str(error)) from error
        owner = revoked.user.get_username()
        self._answer(
            as_json,
            {"revoked": revoked.token_key, "user": owner},
            [_("Revoked %(prefix)s of %(user)s.") % {"prefix": revoked.token_key, "user": owner}],
        )

    def _answer(self, as_json: bool, data: object, lines: list[str]) -> None:
        self.stdout.write(json.dumps(data) if as_json else "\n".join(lines))


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= _LONGEST_DAYS:
        raise argparse.ArgumentTypeError(_("a token is good for 1 to %(most)s days") % {"most": _LONGEST_DAYS})
    return days


def _user(name: str) -> User:
    try:
        return get_user_model().objects.get(username=name)
    except User.DoesNotExist as error:
        raise CommandError(_("there is no user %(name)s") % {"name": name}) from error


def _active_user(name: str) -> User:
    user = _user(name)
    if not user.is_active:
        raise CommandError(_("the user %(name)s is not active, so a token would not work") % {"name": name})
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
