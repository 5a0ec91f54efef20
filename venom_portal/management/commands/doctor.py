"""``manage.py doctor``: what is right, what is wrong, what to do about it."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from venom_portal.diagnosis import examine
from venom_portal.diagnosis.finding import Status
from venom_portal.management.arguments import add_data_dir, add_json


class Command(BaseCommand):
    """Run the checks and print what they found; exit code 1 where one failed."""

    help = _("Examine this installation: every part, whether it works, and what mends it.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_json(parser)
        add_data_dir(parser)

    def handle(self, *, as_json: bool, **_options: Any) -> None:
        findings = list(examine())
        if as_json:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings]))
        else:
            for finding in findings:
                self._print(finding.name, finding.status, finding.detail, finding.remedy)
        if any(finding.status is Status.FAIL for finding in findings):
            sys.exit(1)

    def _print(self, name: str, status: Status, detail: str, remedy: str) -> None:
        style = {Status.OK: self.style.SUCCESS, Status.WARN: self.style.WARNING, Status.FAIL: self.style.ERROR}[status]
        self.stdout.write(f"{style(f'{status:4}')}  {name:12}  {detail}")
        if remedy:
            self.stdout.write(f"      {'':12}  → {remedy}")
