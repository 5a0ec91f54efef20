"""The trail as a file, from the list of entries. It is asked for by POST: an export leaves an entry itself."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from audit.export import FORMATS, chunks_of
from audit.export.response import as_download
from audit.selectors.entry_filter import FILTER_NAMES, read_filter
from control.operations.export_trail import PERMISSION, export_trail
from workflows.admin.operations.asking import actor_of
from workflows.operations.errors import Refused


def offered_export(request: HttpRequest) -> list[tuple[str, str]] | None:
    """Give the filters of the list as names and values; ``None``: no export is offered.

    What was searched for is no filter: what is exported would not be what is shown.
    """
    if not request.user.has_perm(PERMISSION) or request.GET.get("q"):
        return None
    return [(name, request.GET[name]) for name in FILTER_NAMES if request.GET.get(name)]


def export_view(request: HttpRequest) -> HttpResponseBase:
    """Answer with a file of what the filters let through.

    Raises:
        PermissionDenied: whoever asks may not; it is on record.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    file_format = request.POST.get("format", "")
    if file_format not in FORMATS:
        return HttpResponseBadRequest(_("The format is one of %(names)s.") % {"names": ", ".join(FORMATS)})
    try:
        wanted = read_filter(request.POST.dict())
    except ValueError as problem:
        return HttpResponseBadRequest(str(problem), content_type="text/plain; charset=utf-8")
    try:
        export = export_trail(actor_of(request), wanted, file_format)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return as_download(request, file_format, chunks_of(file_format, export.batches()))
