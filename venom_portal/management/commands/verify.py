"""``manage.py verify``: prove that every promise holds in the database, or name the first that does not."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext as _

from audit import verification
from audit.violation import Violation
from venom_portal.management.arguments import add_data_dir, add_json
from workflows.invariants import INVARIANTS, Invariant

_MOST = 1_000
_HOLDS, _BROKEN, _UNKNOWN = 0, 1, 2
_ALL = (*INVARIANTS, Invariant("audit", verification.RULES, lambda: iter(verification.verify())))
_WORDS = {code: text for invariant in _ALL for code, text in invariant.rules.items()}


class Command(BaseCommand):
    """Exit code 0: all holds; 1: something is violated; 2: it could not be checked."""

    help = _("Prove on the live database that every promise of the portal holds.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_json(parser)
        add_data_dir(parser)
        parser.add_argument(
            "--all",
            action="store_true",
            dest="find_all",
            help=_("go on after the first violation (up to %(most)s are listed)") % {"most": _MOST},
        )

    def handle(self, *, as_json: bool, find_all: bool, **_options: Any) -> None:
        found: list[Violation] = []
        try:
            for violation in self._violations():
                found.append(violation)
                if len(found) == (_MOST if find_all else 1):
                    break
        except (DatabaseError, InterfaceError, verification.CannotCheckError) as error:
            self._give_up(str(error).partition("\n")[0], as_json=as_json)
        self._progress("")
        self._report(found, as_json=as_json)
        sys.exit(_BROKEN if found else _HOLDS)

    def _violations(self) -> Iterator[Violation]:
        for number, invariant in enumerate(_ALL, 1):
            self._progress(f"{number}/{len(_ALL)} {invariant.name} …")
            yield from invariant.broken()

    def _progress(self, text: str) -> None:
        """Say on a terminal what is being checked, in a line that the next one takes the place of."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{text:40}\r{text}", ending="")
            self.stderr.flush()

    def _report(self, found: list[Violation], *, as_json: bool) -> None:
        if as_json:
            checked = [invariant.name for invariant in _ALL]
            self._print_json(holds=not found, violations=[asdict(violation) for violation in found], checked=checked)
            return
        for violation in found:
            self.stdout.write(self.style.ERROR(f"{violation.rule}  {violation.subject}"))
            self.stdout.write(f"    {_WORDS.get(violation.rule, '')}  {json.dumps(dict(violation.facts))}")
        if found:
            self.stdout.write(
                _("A promise does not hold. Stop the workers, keep a copy of the database, and report the above.")
            )
        else:
            self.stdout.write(self.style.SUCCESS(_("Every promise holds.")))

    def _give_up(self, reason: str, *, as_json: bool) -> NoReturn:
        self._progress("")
        message = _("This could not be checked: %(reason)s. See `manage.py doctor`.") % {"reason": reason}
        if as_json:
            self._print_json(holds=None, error=message)
        else:
            self.stderr.write(self.style.ERROR(message))
        sys.exit(_UNKNOWN)

    def _print_json(self, **answer: Any) -> None:
        self.stdout.write(json.dumps(answer, default=str))
