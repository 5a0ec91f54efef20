"""The flow's steps: find the files, share them out, read each, write the report."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from venom_portal.flows.documents import pages
from venom_portal.flows.documents.folders import allowed_roots, resolve_folder
from venom_portal.flows.documents.inspection import inspect_file
from venom_portal.flows.documents.names import show_name
from venom_portal.flows.documents.records import Batch, FileRecord, Listing
from venom_portal.flows.documents.report import Report
from venom_portal.flows.documents.walk import walk
from workflows.authoring import InputRefused, PermanentError, StopRequested, current, step, workflow

MAX_FILES = 10_000


def check(folder: str, pattern: str, max_files: int) -> None:  # noqa: ARG001  (the schema bounds it)
    """Refuse a folder that may not be read and a pattern that fits no name.

    Raises:
        InputRefused: naming the field.
    """
    resolve_folder(folder, allowed_roots())
    if "/" in pattern:
        raise InputRefused(
            "pattern", _("the pattern is for file names, which have no slash; name the folder in “folder” instead")
        )
    if not pattern.isprintable():
        raise InputRefused("pattern", _("the pattern holds characters that cannot be printed; use *, ? and [a-z]"))


@step(retries=2, backoff=1.0, timeout=1800.0)
def find_files(folder: str, pattern: str, max_files: int) -> Listing:
    """List the first ``max_files`` files below the folder whose name fits, and count the others.

    Raises:
        PermanentError: the folder may not be read (any more), or the list is too long to be handed on.
    """
    roots = allowed_roots()
    try:
        real = resolve_folder(folder, roots)
    except InputRefused as error:
        raise PermanentError(error.message) from error
    paths: list[Path] = []
    left_out = 0
    for path in walk(real, pattern, roots, _hand_back_if_asked):
        if len(paths) < max_files:
            paths.append(path)
            current().progress(len(paths), max_files, show_name(path))
        else:
            left_out += 1
    return _fitting(Listing.of(real, pattern, paths, left_out))


@step
def share_out(listing: Listing) -> list[Batch]:
    """Share the files out over the fan-out."""
    return listing.batches()


@step(retries=2, backoff=1.0, timeout=3600.0)
def inspect_files(batch: Batch, listing: Listing) -> list[FileRecord]:
    """Read, hash and describe the files of a batch; one that cannot be read is described by what is wrong with it."""
    roots = allowed_roots()
    paths = listing.paths(batch)
    records: list[FileRecord] = []
    for path in paths:
        on_bytes = partial(_tell, done=len(records), total=len(paths), note=show_name(path))
        records.append(inspect_file(listing.folder_path, path, roots, on_bytes))
    return records


@step(retries=2, backoff=1.0, timeout=1800.0)
def write_report(listing: Listing, inspected: list[list[FileRecord]]) -> dict[str, Any]:
    """Compare the files and keep the report with the run, as a page and as JSON; returns its summary and addresses."""
    current().progress(0, 3, _("comparing"))
    report = Report.of(listing, [record for records in inspected for record in records])
    current().progress(1, 3, _("writing the report"))
    addresses = {"json": current().save_artifact("report.json", pages.as_json(report), "application/json")}
    current().progress(2, 3, _("writing the report"))
    addresses["html"] = current().save_artifact("report.html", pages.as_html(report), "text/html")
    return report.summary() | {"reports": addresses}


@workflow(title="Document ingest", check=check)
def document_ingest(
    folder: Annotated[str, Field(min_length=1, max_length=4096)],
    pattern: Annotated[str, Field(min_length=1, max_length=255)] = "*",
    max_files: Annotated[int, Field(ge=1, le=MAX_FILES)] = 1000,
) -> Any:
    """Report the types, encodings, languages and words of the files in a folder, and which are the same or nearly."""
    listing = find_files(folder, pattern, max_files)
    inspected = inspect_files.map(share_out(listing), listing=listing)
    return write_report(listing, inspected)


def _tell(read: int, size: int, *, done: int, total: int, note: str) -> None:
    """Report that this part of a file is read after so many whole ones, and stop here if asked to."""
    current().progress(round(done + read / size, 2), total, note)
    _hand_back_if_asked()


def _hand_back_if_asked() -> None:
    if current().should_stop():
        raise StopRequested


def _fitting(listing: Listing) -> Listing:
    if not listing.fits():
        raise PermanentError(
            _("the list of %(count)s files is too long to be handed on; lower max_files or name a smaller folder")
            % {"count": listing.count}
        )
    return listing
