"""The project itself as an app: it ships the built-in flows and the commands that run the portal."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

_OF_ACCOUNTS = {
    "account_add": _("new account"),
    "account_change": _("change of an account"),
    "account_delete": _("deletion of an account"),
    "account_password": _("change of one's own password"),
    "group_add": _("new group"),
    "group_change": _("change of a group"),
    "group_delete": _("deletion of a group"),
    "lock_out_change": _("change of a lock-out"),
    "lock_out_delete": _("end of a lock-out"),
}


class VenomPortalConfig(AppConfig):
    """Importing the Celery application here makes it current in every process."""

    name = "venom_portal"

    def ready(self) -> None:
        """Make this project's Celery application the one that tasks are sent by, and keep the groups up to date."""
        import venom_portal.celery  # noqa: F401  (imported for its effect)
        from audit import operations
        from venom_portal.roles import sync_after_migrate

        operations.register("token_create", _("new API token"))
        operations.register("token_revoke", _("end of an API token"))
        for name, label in _OF_ACCOUNTS.items():
            operations.register(name, label)

        # Apps with models announce one after the other that they are migrated; at the last, all permissions are there.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(sync_after_migrate, sender=last)
