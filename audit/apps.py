"""Who did what, when and why."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The trail of operations."""

    name = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        """Install the triggers after every migrate, check them when the database is checked, name own operations."""
        from audit import operations
        from audit.checks import check_triggers

        operations.register("audit_export", _("export of the audit trail"))
        operations.register("audit_retain", _("removal of old audit entries"))
        operations.register("audit_rotate_key", _("change of the sealing key"))
        post_migrate.connect(_install_triggers, sender=self)
        register(check_triggers, Tags.database)


def _install_triggers(*, using: str, **_unused: Any) -> None:
    from audit import triggers

    triggers.install(using)
