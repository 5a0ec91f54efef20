"""The options that say which entries of the audit trail are meant."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from audit.models import Result, Surface
from audit.selectors.entry_filter import FILTER_NAMES, EntryFilter, read_filter


def add_filters(parser: CommandParser) -> None:
    """Take what ``EntryFilter`` takes."""
    parser.add_argument("--operation-type", metavar="NAME", help=_("entries of this operation"))
    parser.add_argument("--resource-type", metavar="TYPE", help=_("entries about things of this type"))
    parser.add_argument("--resource-id", metavar="ID", help=_("entries about this run, definition, …"))
    parser.add_argument("--triggered-by", metavar="USER", help=_("entries of this actor, as the name was then"))
    parser.add_argument("--result", choices=Result.values, help=_("what came of it"))
    parser.add_argument("--reason-code", metavar="CODE", help=_("why it ended as it did"))
    parser.add_argument("--surface", choices=Surface.values, help=_("where it was asked for"))
    parser.add_argument("--request-id", metavar="ID", help=_("entries of this request"))
    parser.add_argument("--parent", metavar="ID", help=_("parts of this operation"))
    parser.add_argument("--since", metavar="TIME", help=_("written then or later: a date, or a time in ISO 8601 (UTC)"))
    parser.add_argument("--until", metavar="TIME", help=_("written then or earlier"))


def filter_of(options: dict[str, Any]) -> EntryFilter:
    """Make the filter of the options.

    Raises:
        CommandError: a value cannot be used; exit code 2.
    """
    try:
        return read_filter({name: options[name] for name in FILTER_NAMES if options[name]})
    except ValueError as problem:
        raise CommandError(str(problem), returncode=2) from problem
