"""API tokens: given out once, shown by their prefix ever after, revoked by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from knox.models import AuthToken
from knox.settings import knox_settings

from workflows.operations.errors import Refused
from workflows.states import ReasonCode


@dataclass(frozen=True)
class IssuedToken:
    """A new token; the database keeps only its digest, so this is the one chance to read it."""

    token: str
    prefix: str
    expiry: datetime


def issue(user: AbstractBaseUser, days: int | None = None) -> IssuedToken:
    """Give the user a token that is good for so many days, or for as long as the settings say."""
    lifetime = knox_settings.TOKEN_TTL if days is None else timedelta(days=days)
    row, token = AuthToken.objects.create(user=user, expiry=lifetime)
    return IssuedToken(token=token, prefix=row.token_key, expiry=row.expiry)


def of_user(user: AbstractBaseUser) -> QuerySet[AuthToken]:
    """List the user's tokens, the newest first; expired ones stay in the list until they are next presented."""
    rows: QuerySet[AuthToken] = AuthToken.objects.filter(user=user).order_by("-created")
    return rows


def revoke(prefix: str) -> AuthToken:
    """Make the one token that starts with the prefix worthless, at once.

    Raises:
        Refused: none does (``resource_not_found``), or several do (``invalid_state``); nothing is revoked.
    """
    matches = list(AuthToken.objects.filter(token_key__startswith=prefix).select_related("user")[:2])
    if not matches:
        raise Refused(ReasonCode.RESOURCE_NOT_FOUND, _("no token starts with %(prefix)s") % {"prefix": prefix})
    if len(matches) > 1:
        message = _("several tokens start with %(prefix)s; say more of it")
        raise Refused(ReasonCode.INVALID_STATE, message % {"prefix": prefix})
    matches[0].delete()
    return matches[0]
