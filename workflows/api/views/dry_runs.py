"""Dry runs of workflows of which there is no run yet."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from workflows.api.serializers.dry_runs import DryRunRequestSerializer, DryRunSerializer
from workflows.api.serializers.problems import ProblemSerializer
from workflows.api.views.base import ApiView, actor_of
from workflows.operations.dry_run_definition import dry_run_definition


class DefinitionDryRunView(ApiView):
    """What a run of a definition would do."""

    @extend_schema(
        "dry_run_definition",
        request=DryRunRequestSerializer,
        responses={200: DryRunSerializer, 404: OpenApiResponse(ProblemSerializer, "There is no such definition.")},
    )
    def post(self, request: Request, name: str) -> Response:
        """Say what a run with this input would do; nothing is changed."""
        body = DryRunRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(DryRunSerializer(dry_run_definition(actor_of(request), body.asked(name))).data)
