"""Accounts, groups, API tokens and lock-outs: who may get in and what they may do. Each change is on record."""

from typing import TYPE_CHECKING, Any

from axes.admin import AccessAttemptAdmin
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from knox.models import AuthToken

from venom_portal.admin.recorded import Recorded, RecordedAdmin
from workflows.admin.keyset import Keyset
from workflows.admin.read_only import ReadOnlyAdmin, fieldset
from workflows.admin.shown import time_of
from workflows.engine.transaction import writing

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
    _AttemptAdmin = admin.ModelAdmin[AccessAttempt]
else:
    _UserAdmin = UserAdmin
    _AttemptAdmin = AccessAttemptAdmin

for _model in (User, Group, AuthToken, AccessAttempt, AccessLog, AccessFailureLog):
    admin.site.unregister(_model)


def _names(permissions: QuerySet[Permission]) -> list[str]:
    pairs = permissions.values_list("content_type__app_label", "codename")
    return sorted(f"{app}.{codename}" for app, codename in pairs)


@admin.register(User)
class AccountAdmin(RecordedAdmin, _UserAdmin):
    """Django's own, on record."""

    kind = "account"

    def record_of(self, row: User) -> Recorded:
        """See ``RecordedAdmin``; what the password is, nobody is told."""
        facts = {
            "id": row.pk,
            "email": row.email,
            "is_active": row.is_active,
            "is_staff": row.is_staff,
            "is_superuser": row.is_superuser,
            "groups": sorted(row.groups.values_list("name", flat=True)),
            "permissions": _names(row.user_permissions.all()),
        }
        return Recorded(row.get_username(), facts)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 (Django's name)
        """See Django, which makes no transaction here."""
        with self._refusals(request), writing():
            answer: HttpResponse = super().user_change_password(request, id, form_url)
        return answer


@admin.register(Group)
class RecordedGroupAdmin(RecordedAdmin, GroupAdmin):
    """Django's own, on record."""

    kind = "group"

    def record_of(self, row: Group) -> Recorded:
        """See ``RecordedAdmin``."""
        return Recorded(row.name, {"id": row.pk, "permissions": _names(row.permissions.all())})


@admin.register(AccessAttempt)
class LockOutAdmin(RecordedAdmin, _AttemptAdmin):
    """Failed logins; deleting one ends a lock-out."""

    kind = "lock_out"
    actions = ()

    def record_of(self, row: AccessAttempt) -> Recorded:
        """See ``RecordedAdmin``."""
        facts = {"address": row.ip_address, "failures": row.failures_since_start}
        return Recorded(row.username or "", facts)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody may: they are written by logins that fail."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody may: they are written by logins that fail."""
        return False


@admin.register(AuthToken)
class TokenAdmin(ReadOnlyAdmin):
    """Tokens are made and revoked by ``manage.py token`` and REST, for oneself or with the permission for others'."""

    list_display = ("token_key", "user", time_of(AuthToken, "created"), time_of(AuthToken, "expiry"))
    list_select_related = ("user",)
    fieldsets = (fieldset(None, *list_display),)

    def get_keyset(self, request: HttpRequest) -> Keyset:
        """See ``ReadOnlyAdmin``."""
        return Keyset(("created", "digest"), descending=True)


class _LoginLogAdmin(ReadOnlyAdmin):
    def get_keyset(self, request: HttpRequest) -> Keyset:
        return Keyset("id", descending=True)


@admin.register(AccessLog)
class LoginAdmin(_LoginLogAdmin):
    """Logins and logouts."""

    list_display: Any = (
        "username",
        "ip_address",
        time_of(AccessLog, "attempt_time"),
        time_of(AccessLog, "logout_time"),
    )
    fieldsets = (fieldset(None, *list_display, "user_agent", "path_info"),)


@admin.register(AccessFailureLog)
class FailedLoginAdmin(_LoginLogAdmin):
    """Logins that failed."""

    list_display: Any = ("username", "ip_address", time_of(AccessFailureLog, "attempt_time"), "locked_out")
    fieldsets = (fieldset(None, *list_display, "user_agent", "path_info"),)
