"""The three groups that people are put into, and what each of them may do."""

from typing import Any

from django.apps import apps as installed
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Q

VIEWER, OPERATOR, ADMIN = "viewer", "operator", "admin"

_PORTAL_APPS = ("workflows", "control", "audit")

_MAY_LOOK = Q(content_type__app_label__in=_PORTAL_APPS) & (Q(codename__startswith="view_") | Q(codename="can_dry_run"))
_MAY_OPERATE = Q(
    content_type__app_label="workflows",
    codename__in=(
        "can_start",
        "can_pause",
        "can_resume",
        "can_cancel",
        "can_retry",
        "can_restart",
        "can_skip_step",
        "can_replay_step",
    ),
)
_MAY_HAND_OUT = Q(content_type__app_label="audit", codename="can_export")
_EVERYTHING = Q()

_PERMISSIONS = {VIEWER: _MAY_LOOK, OPERATOR: _MAY_LOOK | _MAY_OPERATE | _MAY_HAND_OUT, ADMIN: _EVERYTHING}


def sync(apps: Any = installed, using: str = DEFAULT_DB_ALIAS) -> None:
    """Make the groups and give each exactly its permissions; whoever wants other sets makes other groups."""
    group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    with transaction.atomic(using=using):
        for name, permissions in _PERMISSIONS.items():
            group, _created = group_model.objects.using(using).get_or_create(name=name)
            group.permissions.set(permission_model.objects.using(using).filter(permissions))


def sync_after_migrate(*, apps: Any = installed, using: str, **_unused: Any) -> None:
    """Receive ``post_migrate``: models bring permissions along, which ``auth`` has made by now.

    Django sends it after ``flush`` too, and without ``apps`` then.
    """
    try:
        apps.get_model("auth", "Group")
    except LookupError:  # migrated back to before there were groups
        return
    sync(apps, using)
