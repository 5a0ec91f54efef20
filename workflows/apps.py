"""Workflows: what authors write, what the engine runs, what operators steer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    """The engine and its faces."""

    name = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        """Name the operations to the audit trail."""
        from workflows.operations.names import register_names

        register_names()
