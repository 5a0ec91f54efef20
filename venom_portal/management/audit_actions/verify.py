"""``audit verify``: prove the trail."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.verification import NOTES, RULES, CannotCheckError, Report, verify
from audit.verification.pure.head import Head, read_head
from audit.violation import Violation
from venom_portal.management.progress import progress
from workflows.management.acting import Action
from workflows.management.invocation import Invocation

_MOST = 100


class VerifyTrail(Action):
    """Exit code 0: the trail holds; 1: it does not, and the first thing that is wrong is named first; 2: unknown."""

    name = "verify"
    help = gettext_lazy("prove that nothing was altered, removed or added")
    unreachable_code = 2

    def add_arguments(self, parser: CommandParser) -> None:
        """Take heads that were kept elsewhere, and keys to trust."""
        parser.add_argument(
            "--against", type=Path, metavar="FILE", help=_("heads kept elsewhere, a line each, as `audit head` prints")
        )
        parser.add_argument(
            "--trust-key", action="append", default=[], metavar="ID", help=_("a key that took over after a loss")
        )

    def run(self, invocation: Invocation) -> None:
        """Check, say what was found, and end with the exit code for it."""
        invocation.require("audit.view_entry")
        path: Path | None = invocation.options["against"]
        try:
            report, found = _check(_heads_in(path) if path else (), invocation.options["trust_key"])
        except (CannotCheckError, DatabaseError) as error:
            raise _unknown(str(error).partition("\n")[0], invocation) from error
        invocation.answer(_as_dict(report, found), _lines(report, found))
        if found:
            raise CommandError(f"{found[0].rule}: {found[0].subject}")


def _check(against: Sequence[Head], trusted: Sequence[str]) -> tuple[Report, list[Violation]]:
    done = 0
    report = verify(against, lambda now, _of: move_to(now), trusted)
    total = report.head["total"] if report.head else 0
    with progress(_("Checking"), total if isinstance(total, int) else None) as advance:

        def move_to(now: int) -> None:
            nonlocal done
            advance(now - done)
            done = now

        return report, list(islice(report, _MOST))


def _heads_in(path: Path) -> list[Head]:
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        heads = [read_head(json.loads(line)) for line in lines]
    except OSError as error:
        raise CannotCheckError(_("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror}) from error
    except (ValueError, RecursionError) as error:
        raise CannotCheckError(_("%(file)s holds something else than heads of a trail") % {"file": path}) from error
    if not heads:
        raise CannotCheckError(_("%(file)s holds no head") % {"file": path})
    return heads


def _unknown(message: str, invocation: Invocation) -> CommandError:
    if invocation.as_json:
        invocation.answer({"holds": None, "error": message}, ())
    return CommandError(_("this could not be checked: %(why)s") % {"why": message}, returncode=2)


def _as_dict(report: Report, found: list[Violation]) -> dict[str, Any]:
    return {
        "holds": not found,
        "seals": report.seals,
        "entries": report.entries,
        "head": report.head,
        "violations": [asdict(violation) for violation in found],
        "notes": [asdict(note) for note in report.notes],
    }


def _lines(report: Report, found: list[Violation]) -> Iterator[str]:
    for violation in found:
        yield f"{violation.rule}  {violation.subject}"
        yield f"    {RULES[violation.rule]}  {json.dumps(dict(violation.facts), default=str)}"
    for note in report.notes:
        yield str(NOTES[note.code]) % note.facts
    if len(found) == _MOST:
        yield _("There may be more: only the first %(most)s are listed.") % {"most": _MOST}
    elif not found:
        yield _said_clean(report)


def _said_clean(report: Report) -> str:
    if report.head is None:
        return _("The trail holds; nothing is sealed yet.")
    sealed = ngettext("%(count)d entry", "%(count)d entries", report.entries) % {"count": report.entries}
    return _("The trail holds: %(entries)s below the seals 1 to %(last)s. Head: %(digest)s") % {
        "entries": sealed,
        "last": report.head["number"],
        "digest": report.head["digest"],
    }
