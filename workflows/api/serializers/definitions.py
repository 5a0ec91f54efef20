"""How definitions look, and how they are asked for."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from workflows.api.paging import CursorField, CursorQuery, PageSerializer, page_size_field
from workflows.api.serializers.graphs import GraphSerializer
from workflows.api.serializers.strict import StrictSerializer
from workflows.selectors.graphs import Drawing, drawing_of


class DefinitionSerializer(serializers.Serializer[Any]):
    """A registered version of a workflow."""

    name = serializers.CharField()
    title = serializers.CharField()
    version = serializers.IntegerField()
    is_current = serializers.BooleanField(help_text=_("whether new runs get this version unless they name another"))
    description = serializers.CharField()
    deadline = serializers.FloatField(allow_null=True, help_text=_("seconds that a run may take"))
    max_running = serializers.IntegerField(
        allow_null=True, help_text=_("how many runs may be at work at a time; others wait for a place")
    )
    input_schema = serializers.DictField(help_text=_("JSON Schema of the input"))
    graph = serializers.SerializerMethodField()

    def get_graph(self, definition: Any) -> dict[str, Any]:
        """Draw the graph."""
        drawing: Drawing = drawing_of(definition)
        return GraphSerializer(drawing).data


class DefinitionPageSerializer(PageSerializer):
    """A page of definitions."""

    results = DefinitionSerializer(many=True)


class DefinitionsQuery(CursorQuery):
    """What the list of definitions can be asked."""

    cursor = CursorField(key="text")
    page_size = page_size_field(default=200, most=200)


class DefinitionQuery(StrictSerializer):
    """What one definition can be asked."""

    version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text=_("another version than the current one")
    )
