"""Operations on many runs at once."""

from typing import Final
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import Entry, Result
from workflows.api.idempotency import IDEMPOTENCY_KEY, Idempotent, idempotent
from workflows.api.paging import envelope
from workflows.api.serializers.bulk import (
    BulkItemPageSerializer,
    BulkItemSerializer,
    BulkItemsQuery,
    BulkJobPageSerializer,
    BulkJobSerializer,
    BulkJobsQuery,
    NewBulkSerializer,
    SteerBulkSerializer,
)
from workflows.api.serializers.choices import BULK_ACTS
from workflows.api.serializers.problems import ProblemSerializer
from workflows.api.views.base import ApiView, actor_of, query_of
from workflows.operations.bulk.again import retry_failed
from workflows.operations.bulk.ask import create_bulk
from workflows.operations.bulk.steer import STEERED, BulkAct, steer_bulk
from workflows.operations.errors import Refused
from workflows.selectors.bulk import bulk_id, bulk_items_page, bulk_job_of, bulk_jobs_page, counted
from workflows.states import ReasonCode

_CONFLICT: Final = OpenApiResponse(ProblemSerializer, "The job's state, or the Idempotency-Key, does not allow it.")


class _BulkView(Idempotent, ApiView):
    needs_to_read = "workflows.view_bulkjob"

    def rebuilt(self, request: Request, entry: Entry) -> Response:
        """Answer with the job that the call was about, as it is now."""
        if entry.result == Result.FAILURE:
            raise Refused(ReasonCode(entry.reason_code), entry.error_message)
        is_new_job = not entry.operation_type.startswith(STEERED)
        return _answer(UUID(entry.resource_id), status.HTTP_202_ACCEPTED if is_new_job else status.HTTP_200_OK)


class BulkJobsView(_BulkView):
    """All bulk jobs."""

    @extend_schema("list_bulk_operations", parameters=[BulkJobsQuery], responses=BulkJobPageSerializer)
    def get(self, request: Request) -> Response:
        """List bulk operations, the newest first."""
        query = query_of(request, BulkJobsQuery)
        page = bulk_jobs_page(query.window)
        return Response(envelope(request, query, page, BulkJobSerializer(counted(page.rows), many=True).data))

    @extend_schema(
        "create_bulk_operation",
        parameters=[IDEMPOTENCY_KEY],
        request=NewBulkSerializer,
        responses={202: OpenApiResponse(BulkJobSerializer, "Workers do it run by run."), 409: _CONFLICT},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Do an operation on many runs, or try it; the runs are those that there are now."""
        body = NewBulkSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        job = create_bulk(actor_of(request), body.asked_bulk(self.operation_id))
        return _answer(job.pk)


class BulkJobView(_BulkView):
    """One bulk job."""

    @extend_schema("get_bulk_operation", responses=BulkJobSerializer)
    def get(self, _request: Request, job_id: str) -> Response:
        """Give a bulk operation as it is now."""
        return Response(BulkJobSerializer(bulk_job_of(job_id)).data)


class BulkResultsView(_BulkView):
    """What came of the runs of a bulk job."""

    @extend_schema("list_bulk_results", parameters=[BulkItemsQuery], responses=BulkItemPageSerializer)
    def get(self, request: Request, job_id: str) -> Response:
        """List the runs in the order in which they are dealt with; none is left out."""
        query = query_of(request, BulkItemsQuery)
        page = bulk_items_page(job_id, query.wanted, query.window)
        return Response(envelope(request, query, page, BulkItemSerializer(page.rows, many=True).data))


class BulkActView(_BulkView):
    """Steering a bulk job."""

    @extend_schema(
        "steer_bulk_operation",
        parameters=[IDEMPOTENCY_KEY, OpenApiParameter("act", str, OpenApiParameter.PATH, enum=BULK_ACTS)],
        request=SteerBulkSerializer,
        responses={
            200: OpenApiResponse(BulkJobSerializer, "The job as it is now."),
            202: OpenApiResponse(BulkJobSerializer, "The new job, of retry-failed."),
            409: _CONFLICT,
        },
    )
    @idempotent
    def post(self, request: Request, job_id: str, act: str) -> Response:
        """Pause it, resume it, cancel it, or do its failed part again as a new one (retry-failed)."""
        wanted = _act(act)
        body = SteerBulkSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        reason = body.validated_data.get("reason", "")
        actor, job = actor_of(request), bulk_id(job_id)
        if wanted is BulkAct.RETRY_FAILED:
            return _answer(retry_failed(actor, job, reason, self.operation_id).pk)
        return _answer(steer_bulk(actor, job, wanted, reason, self.operation_id).pk, status.HTTP_200_OK)


def _act(text: str) -> BulkAct:
    try:
        return BulkAct(text)
    except ValueError as error:
        raise NotFound from error


def _answer(job_id: UUID, code: int = status.HTTP_202_ACCEPTED) -> Response:
    return Response(BulkJobSerializer(bulk_job_of(job_id)).data, code)
