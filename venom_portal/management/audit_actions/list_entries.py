"""``audit list``: look at the trail."""

import argparse
from collections.abc import Iterator

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Entry
from audit.reason_codes import code_in_words
from audit.selectors.entries import NumberedPage, numbered_page
from control.api.serializers.audit import EntrySerializer
from venom_portal.management.audit_filters import add_filters, filter_of
from workflows.management.acting import Action
from workflows.management.invocation import Invocation

_MOST = 1_000


class ListEntries(Action):
    """Lists entries that fit all filters, the newest first."""

    name = "list"
    help = gettext_lazy("list entries, the newest first")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the filters and the page."""
        add_filters(parser)
        parser.add_argument("--page", type=_number, default=1, help=_("counted from 1"))
        parser.add_argument("--page-size", type=_size, default=50, help=_("how many at most (by default 50)"))

    def run(self, invocation: Invocation) -> None:
        """Print a page of entries."""
        invocation.require("audit.view_entry")
        number, size = invocation.options["page"], invocation.options["page_size"]
        page = numbered_page(filter_of(invocation.options), number, size)
        entries = EntrySerializer(page.rows, many=True).data if invocation.as_json else []
        data = {"entries": entries, "total_count": page.total, "page": number, "page_size": size}
        invocation.answer(data, _lines(page, number, size))


def _lines(page: NumberedPage, number: int, size: int) -> Iterator[str]:
    yield from map(_line, page.rows)
    pages = -(-page.total // size)
    facts = {"total": page.total, "page": number, "pages": pages}
    yield _("%(total)d entries, page %(page)d of %(pages)d.") % facts if page.total else _("No entry fits.")


def _line(entry: Entry) -> str:
    when = timezone.localtime(entry.timestamp)
    about = f"{entry.resource_type} {entry.resource_id}".strip()
    return (
        f"{entry.operation_id}  {when:%Y-%m-%d %H:%M:%S}  {entry.triggered_by:12}  {entry.surface:6}  "
        f"{entry.operation_label}: {entry.get_result_display()}, {code_in_words(entry.reason_code)}  ({about})"
    )


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) < 2**31:
        raise argparse.ArgumentTypeError(_("should be a number from 1"))
    return int(text)


def _size(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(_("should be a number from 1 to %(most)s") % {"most": _MOST})
    return int(text)
