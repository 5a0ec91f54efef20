"""Runs: created, listed, looked at."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import Entry, Result
from workflows.api.idempotency import IDEMPOTENCY_KEY, Idempotent, idempotent
from workflows.api.paging import envelope
from workflows.api.serializers.graphs import LiveGraphSerializer
from workflows.api.serializers.problems import ProblemSerializer
from workflows.api.serializers.run_requests import NewRunSerializer, RunsQuery
from workflows.api.serializers.runs import RunPageSerializer, RunSerializer, RunSummarySerializer
from workflows.api.views.base import RunView, actor_of, query_of
from workflows.operations.create import create_run
from workflows.operations.errors import Refused
from workflows.selectors.graphs import live_drawing
from workflows.selectors.runs import run_of, runs_page
from workflows.states import ReasonCode


class RunsView(Idempotent, RunView):
    """All runs."""

    @extend_schema("list_runs", parameters=[RunsQuery], responses=RunPageSerializer)
    def get(self, request: Request) -> Response:
        """List runs, the newest first."""
        query = query_of(request, RunsQuery)
        page = runs_page(query.wanted, query.window)
        return Response(envelope(request, query, page, RunSummarySerializer(page.rows, many=True).data))

    @extend_schema(
        "create_run",
        parameters=[IDEMPOTENCY_KEY],
        request=NewRunSerializer,
        responses={
            201: OpenApiResponse(RunSerializer, "The run was created."),
            200: OpenApiResponse(RunSerializer, "The run that was created with this start key before."),
            404: OpenApiResponse(ProblemSerializer, "There is no such definition."),
            409: OpenApiResponse(ProblemSerializer, "The Idempotency-Key came with another request, or is at work."),
        },
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a run and, unless told otherwise, start it."""
        body = NewRunSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        created = create_run(actor_of(request), body.asked, operation_id=self.operation_id)
        code = status.HTTP_201_CREATED if created.is_new else status.HTTP_200_OK
        return Response(RunSerializer(run_of(created.run.pk)).data, code)

    def rebuilt(self, request: Request, entry: Entry) -> Response:
        """Give the run as it is now."""
        if entry.result != Result.SUCCESS:
            raise Refused(ReasonCode(entry.reason_code), entry.error_message)
        return Response(RunSerializer(run_of(entry.resource_id)).data, status.HTTP_201_CREATED)


class RunDetailView(RunView):
    """One run."""

    @extend_schema("get_run", responses=RunSerializer)
    def get(self, _request: Request, workflow_id: str) -> Response:
        """Give a run as it is now."""
        return Response(RunSerializer(run_of(workflow_id)).data)


class RunGraphView(RunView):
    """The graph of a run."""

    @extend_schema("get_run_graph", responses=LiveGraphSerializer)
    def get(self, _request: Request, workflow_id: str) -> Response:
        """Give the graph with how far each step is."""
        return Response(LiveGraphSerializer(live_drawing(workflow_id)).data)
