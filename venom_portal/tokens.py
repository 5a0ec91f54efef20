"""API tokens: given out once, shown by their prefix ever after, revoked by it. Both acts are on record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from knox.models import AuthToken
from knox.settings import knox_settings

from audit.actor import Actor
from workflows.operations.errors import Refused
from workflows.operations.on_record import Act, on_record
from workflows.states import ReasonCode

_RESOURCE = "api_access"


@dataclass(frozen=True)
class IssuedToken:
    """A new token; the database keeps only its digest, so this is the one chance to read it."""

    token: str
    prefix: str
    expiry: datetime


def issue(actor: Actor, user: AbstractBaseUser, days: int | None = None) -> IssuedToken:
    """Give the user a token that is good for so many days, or for as long as the settings say.

    Raises:
        Refused: ``permission_denied``: it is for somebody else; ``invalid_state``: the account is not active.
    """
    permission = "" if actor.user == user else "knox.add_authtoken"
    name = user.get_username()
    with on_record(Act(actor, "token_create", _RESOURCE, name, permission, {"days": days})) as act:
        if not user.is_active:
            message = _("the user %(name)s is not active, so a token would not work")
            raise Refused(ReasonCode.INVALID_STATE, message % {"name": name})
        lifetime = knox_settings.TOKEN_TTL if days is None else timedelta(days=days)
        row, token = AuthToken.objects.create(user=user, expiry=lifetime)
        act.params |= {"prefix": row.token_key, "expiry": row.expiry.isoformat()}
    return IssuedToken(token=token, prefix=row.token_key, expiry=row.expiry)


def of_user(user: AbstractBaseUser) -> QuerySet[AuthToken]:
    """List the user's tokens, the newest first; expired ones stay in the list until they are next presented."""
    rows: QuerySet[AuthToken] = AuthToken.objects.filter(user=user).order_by("-created")
    return rows


def revoke(actor: Actor, prefix: str) -> AuthToken:
    """Make the one token that starts with the prefix worthless, at once.

    Raises:
        Refused: none does (``resource_not_found``), several do (``invalid_state``), or it is somebody else's
            (``permission_denied``); nothing is revoked.
    """
    with on_record(Act(actor, "token_revoke", _RESOURCE, params={"prefix": prefix})) as act:
        row = _one_that_starts_with(prefix)
        act.resource_id = row.user.get_username()
        if row.user != actor.user and not actor.may("knox.delete_authtoken"):
            message = _("this token is somebody else's; revoking it takes the permission %(permission)s")
            raise Refused(ReasonCode.PERMISSION_DENIED, message % {"permission": "knox.delete_authtoken"})
        act.params = {"prefix": row.token_key}
        row.delete()
    return row


def _one_that_starts_with(prefix: str) -> AuthToken:
    matches = list(AuthToken.objects.filter(token_key__startswith=prefix).select_related("user")[:2])
    if not matches:
        raise Refused(ReasonCode.RESOURCE_NOT_FOUND, _("no token starts with %(prefix)s") % {"prefix": prefix})
    if len(matches) > 1:
        message = _("several tokens start with %(prefix)s; say more of it")
        raise Refused(ReasonCode.INVALID_STATE, message % {"prefix": prefix})
    return matches[0]
