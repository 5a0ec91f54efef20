"""What happened to a run, and what its steps logged."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from workflows.api.paging import envelope
from workflows.api.serializers.history import (
    EventPageSerializer,
    EventSerializer,
    EventsQuery,
    LogLineSerializer,
    LogPageSerializer,
    LogsQuery,
)
from workflows.api.views.base import RunView, query_of
from workflows.selectors.history import events_page, logs_page


class EventsView(RunView):
    """The history of a run."""

    @extend_schema("list_events", parameters=[EventsQuery], responses=EventPageSerializer)
    def get(self, request: Request, workflow_id: str) -> Response:
        """List what happened, in order; to follow a run, ask again with the last ``seq`` as ``after``."""
        query = query_of(request, EventsQuery)
        page = events_page(workflow_id, query.window)
        return Response(envelope(request, query, page, EventSerializer(page.rows, many=True).data))


class LogsView(RunView):
    """The log of a run."""

    @extend_schema("list_logs", parameters=[LogsQuery], responses=LogPageSerializer)
    def get(self, request: Request, workflow_id: str) -> Response:
        """List what the steps logged and printed, in the order in which it came in."""
        query = query_of(request, LogsQuery)
        page = logs_page(workflow_id, query.wanted, query.window)
        return Response(envelope(request, query, page, LogLineSerializer(page.rows, many=True).data))
