"""Workflows: what authors write, what the engine runs, what operators steer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    """The engine and its faces."""

    name = "workflows"
    verbose_name = _("Workflows")
