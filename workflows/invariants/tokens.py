"""Each claim of a step gives a token that is higher than every one before."""

from collections.abc import Iterator

from django.db.models import F, Q, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.invariants.invariant import Invariant, step_subject
from workflows.models import Attempt

_PLACE = ("step__workflow_id", "step__key", "step__index")


def _broken() -> Iterator[Violation]:
    """A replay does not claim its step and takes no token of its own."""
    before = Window(Lag("token"), partition_by=[F("step")], order_by="number")
    claims = Attempt.objects.filter(is_replay=False).order_by().annotate(before=before)
    stuck = claims.filter(token__lte=F("before")).values_list(*_PLACE, "number", "token", "before")
    for workflow_id, key, index, number, token, earlier in stuck.iterator():
        facts = {"attempt": number, "token": token, "token_before": earlier}
        yield Violation("token_not_higher", step_subject(workflow_id, key, index), facts)
    ahead = Attempt.objects.filter(Q(token__gt=F("step__token")) | Q(number__gt=F("step__attempt")))
    behind = ahead.values_list(*_PLACE, "number", "token", "step__token")
    for workflow_id, key, index, number, token, steps_own in behind.iterator():
        facts = {"attempt": number, "token": token, "token_of_step": steps_own}
        yield Violation("step_behind_attempt", step_subject(workflow_id, key, index), facts)


INVARIANT = Invariant(
    "tokens",
    {
        "token_not_higher": _("the attempt's fencing token is not higher than that of the attempt before"),
        "step_behind_attempt": _("an attempt has a higher number or token than its step has given out"),
    },
    _broken,
)
