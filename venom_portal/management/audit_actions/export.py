"""``audit export``: the trail as a file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.export import FORMATS, chunks_of
from audit.models import Entry
from control.operations.export_trail import Export, export_trail
from venom_portal.management.atomic_file import writing_whole
from venom_portal.management.audit_filters import add_filters, filter_of
from venom_portal.management.progress import progress
from workflows.management.acting import Action
from workflows.management.invocation import Invocation


class ExportEntries(Action):
    """Writes what fits and was written until now, the oldest first, to a file or to standard output."""

    name = "export"
    help = gettext_lazy("write entries as CSV or JSON lines, the oldest first")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the format, the file and the filters."""
        parser.add_argument("--format", choices=list(FORMATS), required=True, help=_("how it is written"))
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help=_("where to (by default standard output); whole or not at all")
        )
        add_filters(parser)

    def run(self, invocation: Invocation) -> None:
        """Put the export on record, then write batch by batch."""
        path: Path | None = invocation.options["output"]
        wanted, file_format = filter_of(invocation.options), invocation.options["format"]
        if path and not path.parent.is_dir():
            raise CommandError(_("there is no folder %(folder)s") % {"folder": path.parent}, returncode=2)
        export = export_trail(invocation.actor, wanted, file_format)
        if path is None:
            _write(export, file_format, lambda text: invocation.out.write(text, ending=""))
            return
        try:
            with writing_whole(path) as file:
                count = _write(export, file_format, file.write)
        except OSError as error:
            raise CommandError(_("%(file)s could not be written: %(why)s") % {"file": path, "why": error}) from error
        line = ngettext("%(count)d entry written to %(file)s.", "%(count)d entries written to %(file)s.", count)
        data = {"operation_id": export.operation_id, "entries": count, "file": str(path)}
        invocation.answer(data, [line % {"count": count, "file": path}])


def _write(export: Export, file_format: str, write: Callable[[str], Any]) -> int:
    count = 0
    with progress(_("Exporting"), export.count()) as advance:

        def batches() -> Iterator[list[Entry]]:
            nonlocal count
            for entries in export.batches():
                yield entries
                count += len(entries)
                advance(len(entries))

        for chunk in chunks_of(file_format, batches()):
            write(chunk)
    return count
