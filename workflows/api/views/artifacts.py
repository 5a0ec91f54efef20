"""Files that steps left with their run."""

from typing import Any, Final

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from workflows.api.views.base import RunView
from workflows.selectors.runs import artifact_of

_SHOWN: Final = frozenset({"text/html", "application/json", "text/plain"})
# Whoever wrote the step wrote the file: a browser may show it, but not let it act.
_POLICY: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class AsItIs(BaseContentNegotiation):
    """A file has the type that it has, whatever the client would rather have."""

    def select_renderer(
        self, _request: Request, renderers: Any, _format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Take the first renderer; the view uses none."""
        return renderers[0], renderers[0].media_type


class ArtifactView(RunView):
    """One file of a run."""

    content_negotiation_class = AsItIs

    @extend_schema("get_artifact", responses={(200, "*/*"): OpenApiTypes.BINARY})
    def get(self, _request: Request, workflow_id: str, name: str) -> HttpResponse:
        """Give the file with its own content type."""
        artifact = artifact_of(workflow_id, name)
        kind = artifact.content_type.partition(";")[0].strip().lower()
        shown_or_saved = "inline" if kind in _SHOWN else "attachment"
        return HttpResponse(
            bytes(artifact.content),
            content_type=artifact.content_type,
            headers={
                "Content-Disposition": f'{shown_or_saved}; filename="{artifact.name}"',
                "Content-Security-Policy": _POLICY,
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-cache",
            },
        )
