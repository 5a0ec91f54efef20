"""The addresses of live updates; with a slash at the end they work too."""

from workflows.api.operation_urls import with_and_without_slash
from workflows.live.views import ChangesView, EventStreamView

urlpatterns = [
    *with_and_without_slash("v1/events/stream", EventStreamView, "api-event-stream"),
    *with_and_without_slash("v1/events/changes", ChangesView, "api-event-changes"),
]
