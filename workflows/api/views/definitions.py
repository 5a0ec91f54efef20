"""Registered workflows."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from workflows.api.paging import envelope
from workflows.api.serializers.definitions import (
    DefinitionPageSerializer,
    DefinitionQuery,
    DefinitionSerializer,
    DefinitionsQuery,
)
from workflows.api.views.base import ApiView, query_of
from workflows.selectors.definitions import definition_of, definitions_page


class _DefinitionView(ApiView):
    needs_to_read = "workflows.view_definition"


class DefinitionsView(_DefinitionView):
    """The workflows that can be started."""

    @extend_schema("list_definitions", parameters=[DefinitionsQuery], responses=DefinitionPageSerializer)
    def get(self, request: Request) -> Response:
        """List the current version of each, by name."""
        query = query_of(request, DefinitionsQuery)
        page = definitions_page(query.window)
        return Response(envelope(request, query, page, DefinitionSerializer(page.rows, many=True).data))


class DefinitionView(_DefinitionView):
    """One workflow that can be started."""

    @extend_schema("get_definition", parameters=[DefinitionQuery], responses=DefinitionSerializer)
    def get(self, request: Request, name: str) -> Response:
        """Give a version of a workflow: the current one unless another is named."""
        query = query_of(request, DefinitionQuery)
        return Response(DefinitionSerializer(definition_of(name, query.validated_data.get("version"))).data)
