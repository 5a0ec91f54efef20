"""What can be started."""

from typing import Any, Final

from django.utils.translation import gettext as _

from workflows.models import Definition, Workflow
from workflows.operations import create
from workflows.pages.base import Page, actor_of
from workflows.selectors.last_runs import last_runs

MARKS: Final = 8
"""Runs of each workflow that are shown as marks."""


class DefinitionsPage(Page):
    """The registered workflows, by title."""

    section = "start"
    permission_required = "workflows.view_definition"
    template_name = "console/start/list.html"

    @property
    def title(self) -> str:
        """See ``Page``."""
        return _("Start a workflow")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the definitions in force, each with its last runs where these may be seen."""
        actor = actor_of(self.request)
        definitions = list(Definition.objects.filter(is_current=True).defer("input_schema").order_by("title", "name"))
        runs: dict[str, list[Workflow]] = {}
        if actor.may("workflows.view_workflow"):
            runs = last_runs([definition.name for definition in definitions], MARKS)
        return super().get_context_data(
            rows=[(definition, runs.get(definition.name, [])) for definition in definitions],
            may_see_runs=actor.may("workflows.view_workflow"),
            may_start=actor.may(create.PERMISSION),
            start_permission=create.PERMISSION,
            **kwargs,
        )
