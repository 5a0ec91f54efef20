"""``audit head``: the newest head, to be kept elsewhere."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.verification import verify
from workflows.management.acting import Action
from workflows.management.invocation import Invocation, to_json
from workflows.operations.errors import Refused
from workflows.states import ReasonCode


class PrintHead(Action):
    """Prints one line of JSON; whoever has it can tell later whether the trail was cut off or written anew."""

    name = "head"
    help = gettext_lazy("print the newest seal's head, to be kept elsewhere for “verify --against”")

    def run(self, invocation: Invocation) -> None:
        """Print it."""
        invocation.require("audit.view_entry")
        head = verify().head  # which a row that was altered does not stop
        if head is None:
            raise Refused(ReasonCode.INVALID_STATE, _("Nothing is sealed yet; try again in a few seconds."))
        invocation.answer(head, [to_json(head)])
