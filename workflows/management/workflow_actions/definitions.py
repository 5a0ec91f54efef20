"""``workflow definitions``: what can be started."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from workflows.api.serializers.definitions import DefinitionSerializer
from workflows.management.acting import Action
from workflows.management.invocation import Invocation
from workflows.models import Definition
from workflows.selectors.definitions import definitions_page
from workflows.selectors.paging import Window


class Definitions(Action):
    """Lists the current version of every registered workflow."""

    name = "definitions"
    help = _("list the workflows that can be started, with what they take")

    def run(self, invocation: Invocation) -> None:
        """Print all of them, by name."""
        invocation.require("workflows.view_definition")
        found = list(_all())
        data = DefinitionSerializer(found, many=True).data if invocation.as_json else None
        invocation.answer(data, (_line(definition) for definition in found))


def _all() -> Iterator[Definition]:
    page = definitions_page(Window(200))
    yield from page.rows
    while page.after is not None:
        page = definitions_page(Window(200, after=page.after))
        yield from page.rows


def _line(definition: Definition) -> str:
    schema = definition.input_schema
    needed = set(schema.get("required", ()))
    takes = (name if name in needed else f"[{name}]" for name in schema.get("properties", {}))
    return f"{definition.name:28} {definition.version:3}  {definition.title}  ({' '.join(takes)})"
