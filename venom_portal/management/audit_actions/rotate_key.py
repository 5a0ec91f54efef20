"""``audit rotate-key``: a new key for the seals."""

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.sealing.keys import key_file
from venom_portal.trail import rotate_key
from workflows.management.acting import Action
from workflows.management.invocation import Invocation


class RotateKey(Action):
    """Replaces the key that seals are signed with; the old one vouches for the new one."""

    name = "rotate-key"
    help = gettext_lazy("replace the key that seals are signed with")

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether the old key can still vouch, and why."""
        parser.add_argument(
            "--lost", action="store_true", help=_("the old key is lost; verification will ask to trust the new one")
        )
        parser.add_argument("--reason", default="", help=_("why; kept with the audit entry"))

    def run(self, invocation: Invocation) -> None:
        """Replace it and say what the new one is called."""
        key = rotate_key(invocation.actor, is_lost=invocation.options["lost"], reason=invocation.options["reason"])
        invocation.answer(
            {"key_id": key.key_id, "public_key": key.public_key, "file": str(key_file())},
            [_("Seals are signed with %(key)s from now on.") % {"key": key.key_id}],
        )
