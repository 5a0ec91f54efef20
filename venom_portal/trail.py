"""What operators do to the audit trail itself: remove its oldest part, replace its key. Both are on record in it."""

from contextlib import suppress
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import retention
from audit.actor import Actor
from audit.models import Key
from audit.sealing import seal_entries
from audit.sealing.keys import KeyProblem
from audit.sealing.rotation import rotate
from workflows.operations.errors import Refused
from workflows.operations.on_record import Act, on_record
from workflows.states import ReasonCode

_RESOURCE = ("audit", "trail")


def retain(actor: Actor, before: datetime, reason: str = "") -> int:
    """Permit the removal of all segments that are wholly older, and give the number of entries that will go.

    The clock removes them, or ``audit.retention.remove_batch`` called in a loop.

    Raises:
        Refused: ``permission_denied``; ``invalid_configuration``: the time has not come yet; ``invalid_state``: nothing
            is that old, or the permission cannot be signed.
    """
    act = Act(actor, "audit_retain", *_RESOURCE, "audit.can_retain", {"before": before.isoformat()}, reason)
    _seal_what_waits()
    with on_record(act):
        retention.begin_permitting()
        if before > timezone.now():
            raise Refused(ReasonCode.INVALID_CONFIGURATION, _("This time has not come yet; name one in the past."))
        through = retention.removable_through(before)
        if through <= retention.removed_through():
            raise Refused(ReasonCode.INVALID_STATE, _("No sealed part of the trail is that old; nothing is removed."))
        try:
            retention.permit(through, act.operation_id)
        except KeyProblem as problem:
            raise Refused(ReasonCode.INVALID_STATE, str(problem)) from problem
        count = retention.left_to_remove()
        act.params |= {"through": through, "entries": count}
    return count


def _seal_what_waits() -> None:
    """See that the entry of the permission comes into the next seal, lest the key is replaced before that is made."""
    with suppress(KeyProblem):  # which the permission will meet as well
        seal_entries()


def rotate_key(actor: Actor, *, is_lost: bool = False, reason: str = "") -> Key:
    """Replace the key that seals are signed with.

    Raises:
        Refused: ``permission_denied``; ``invalid_state``: there is no key yet, or the old one cannot be used.
    """
    act = Act(actor, "audit_rotate_key", *_RESOURCE, "audit.can_rotate_key", {"is_lost": is_lost}, reason)
    with on_record(act):
        if not Key.objects.exists():
            raise Refused(ReasonCode.INVALID_STATE, _("Nothing is sealed yet, so there is no key to replace."))
        try:
            key = rotate(is_lost=is_lost)
        except KeyProblem as problem:
            raise Refused(ReasonCode.INVALID_STATE, str(problem)) from problem
        act.params |= {"key_id": key.key_id}
    return key
