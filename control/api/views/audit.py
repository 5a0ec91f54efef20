"""The audit trail: read and handed out."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.export import chunks_of
from audit.export.response import as_download
from audit.selectors.entries import entries_page, numbered_page
from control.api.serializers.audit import EntriesQuery, EntryPageSerializer, EntrySerializer, ExportQuery
from control.operations.export_trail import export_trail
from workflows.api.paging import envelope
from workflows.api.views.artifacts import AsItIs
from workflows.api.views.base import ApiView, actor_of, query_of


class AuditView(ApiView):
    """The entries of the trail."""

    needs_to_read = "audit.view_entry"

    @extend_schema("list_audit_entries", parameters=[EntriesQuery], responses=EntryPageSerializer)
    def get(self, request: Request) -> Response:
        """List entries, the newest first: page by page with a count or, with `cursor`, by following `next`.

        Numbered pages move on when entries are written; say `until` to keep them where they are, or use a cursor,
        empty to begin with, for more than a few pages.
        """
        query = query_of(request, EntriesQuery)
        return Response(_by_place(request, query) if query.is_by_place else _numbered(query))


class AuditExportView(ApiView):
    """The trail as a file."""

    content_negotiation_class = AsItIs
    # Asking for the headers alone would put an export on record that never was.
    http_method_names = ("get", "options")

    @extend_schema(
        "export_audit_entries",
        parameters=[ExportQuery],
        responses={(200, "text/csv"): OpenApiTypes.STR, (200, "application/jsonl"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Give the entries that fit and were written until now, the oldest first; the export is on record itself."""
        query = query_of(request, ExportQuery)
        file_format = query.validated_data["format"]
        export = export_trail(actor_of(request), query.wanted, file_format)
        return as_download(request, file_format, chunks_of(file_format, export.batches()))


def _numbered(query: EntriesQuery) -> dict[str, Any]:
    size = query.window.size
    page = numbered_page(query.wanted, query.page_number, size)
    return {
        "entries": EntrySerializer(page.rows, many=True).data,
        "total_count": page.total,
        "page": query.page_number,
        "page_size": size,
    }


def _by_place(request: Request, query: EntriesQuery) -> dict[str, Any]:
    page = entries_page(query.wanted, query.window)
    around = envelope(request, query, page, EntrySerializer(page.rows, many=True).data)
    return {
        "entries": around["results"],
        "page_size": query.window.size,
        "next": around["next"],
        "previous": around["previous"],
    }
