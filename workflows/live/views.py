"""The stream of events, and what those poll who cannot have a stream."""

from typing import Final

from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from workflows.api.paging import MAX_NUMBER
from workflows.api.problems import SERVICE_UNAVAILABLE
from workflows.api.serializers.problems import ProblemSerializer
from workflows.api.views.artifacts import AsItIs
from workflows.api.views.base import RunView, query_of
from workflows.live.hub import hub
from workflows.live.open_streams import open_streams
from workflows.live.serializers import ChangesQuery, ChangesSerializer, StreamMessageSerializer, StreamQuery
from workflows.live.stream import Stream
from workflows.live.topics import ListTopic, RunTopic, Topic
from workflows.selectors.changes import Changes, changes_since, latest_token
from workflows.selectors.runs import last_event_of

_HEADERS: Final = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


class TooManyStreams(APIException):
    """The process, or the user, has as many streams open as it may have."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = gettext_lazy("Too many event streams are open; close some, or poll instead.")
    default_code = SERVICE_UNAVAILABLE
    reason_code = SERVICE_UNAVAILABLE
    wait = 15


class EventStreamView(RunView):
    """What happens, as it happens."""

    content_negotiation_class = AsItIs

    @extend_schema(
        "stream_events",
        parameters=[StreamQuery, OpenApiParameter("Last-Event-ID", int, OpenApiParameter.HEADER)],
        responses={(200, "text/event-stream"): StreamMessageSerializer, 404: ProblemSerializer},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Follow a run, or the changes of all runs, as server-sent events.

        Of a run: ``run_event`` with ``{workflow, seq, kind, step, data, at}`` for each of its events, whose number is
        the ``id``, and ``logs`` with ``{workflow, log_seq}`` when its log has grown. Of all runs: ``changed`` with
        ``{workflow, status}``, and ``reset`` when too much has changed to be named; each change once or more.
        """
        query = query_of(request, StreamQuery).validated_data
        after = _last_event_id(request)
        topic, position = _topic(query.get("workflow"), query.get("after") if after is None else after)
        if not open_streams.has_room(request.user.pk):
            raise TooManyStreams
        stream = Stream(topic, position)
        # A server that knows no asynchronous answers would spend a thread on one that does not end.
        is_endless = isinstance(request._request, ASGIRequest) and request.method == "GET"  # noqa: SLF001 (the framework wraps it)
        body = stream.endless(hub, open_streams, request.user.pk) if is_endless else stream.finite()
        return StreamingHttpResponse(body, content_type="text/event-stream", headers=_HEADERS)


class ChangesView(RunView):
    """What lists poll."""

    @extend_schema("list_changes", parameters=[ChangesQuery], responses=ChangesSerializer)
    def get(self, request: Request) -> Response:
        """Name the runs that have changed since the last answer; without its token, give one to begin with."""
        after = query_of(request, ChangesQuery).validated_data.get("after")
        changes = Changes(latest_token(), []) if after is None else changes_since(after)
        return Response(ChangesSerializer(changes).data, headers={"Cache-Control": "no-cache"})


def _topic(workflow_id: str | None, after: int | None) -> tuple[Topic, int]:
    """Give what is to be followed, and from where on.

    Raises:
        Missing: there is no such run.
    """
    if workflow_id is not None:
        return RunTopic(*last_event_of(workflow_id)), after or 0
    token = latest_token()
    return ListTopic(token), token if after is None else after


def _last_event_id(request: Request) -> int | None:
    text = request.headers.get("Last-Event-ID", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text) <= MAX_NUMBER):
        raise ValidationError({"Last-Event-ID": _("this is no id of an event; send the last one that was received")})
    return int(text)
