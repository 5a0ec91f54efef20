"""``audit prove``: the proof of one entry."""

import json
from pathlib import Path
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Entry
from audit.verification import CannotCheckError
from audit.verification.prove import prove
from audit.verification.pure.proof import NotProvable
from venom_portal.management.atomic_file import writing_whole
from workflows.management.acting import Action
from workflows.management.invocation import Invocation
from workflows.operations.errors import Refused
from workflows.selectors.errors import Missing
from workflows.states import ReasonCode


class Prove(Action):
    """Writes a proof that ``docs/check_proof.py`` checks, with nothing else of this portal."""

    name = "prove"
    help = gettext_lazy("write the proof that an entry is in the trail")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the entry and where to."""
        parser.add_argument("operation_id", metavar="OPERATION_ID", help=_("the entry's id"))
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help=_("where to (by default standard output); whole or not at all")
        )

    def run(self, invocation: Invocation) -> None:
        """Print the proof or write it."""
        invocation.require("audit.view_entry")
        path: Path | None = invocation.options["output"]
        proof = _proof_of(_id(invocation.options["operation_id"]))
        text = json.dumps(proof, indent=2, ensure_ascii=False)
        if path is None:
            invocation.answer(proof, [text])
            return
        try:
            with writing_whole(path) as file:
                file.write(text + "\n")
        except OSError as error:
            raise CommandError(_("%(file)s could not be written: %(why)s") % {"file": path, "why": error}) from error
        invocation.answer({"file": str(path), "digest": proof["digest"]}, [_("Written to %(file)s.") % {"file": path}])


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise CommandError(_("%(text)s is no operation's id") % {"text": text}, returncode=2) from error


def _proof_of(operation_id: UUID) -> dict[str, object]:
    try:
        return prove(operation_id)
    except Entry.DoesNotExist as error:
        raise Missing(str(error)) from error
    except CannotCheckError as error:
        raise Refused(ReasonCode.INVALID_STATE, str(error)) from error
    except NotProvable as error:
        message = _("The trail does not prove this entry, so it was altered; run “manage.py audit verify”.")
        raise Refused(ReasonCode.OPERATION_FAILED, message) from error
