"""The reasons that come from bounds and queues: no place is free, or nobody serves the queue."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflows.selectors.explain_facts import Facts
from workflows.selectors.explain_reasons import Reason
from workflows.selectors.lines import Line


def waits_for_place(facts: Facts) -> Iterator[Reason]:
    """Name each bound that keeps a run waiting; where none does any more, the clock lets it begin."""
    full = [line for line in facts.lines if line.is_full]
    for line in full:
        yield Reason("waits_for_place", _taken(line), _what_frees(line), since=facts.run.started_at)
    if not full:
        yield Reason(
            "waits_for_turn",
            _("A place is free for it."),
            _("Nothing has to be done: it begins in its turn, at the clock's next tick at the latest."),
            since=facts.run.started_at,
        )


def queues_not_served(facts: Facts) -> Iterator[Reason]:
    """Name the queues in which steps are due that no live worker takes."""
    if not facts.live_workers:
        return
    for queue in facts.unserved:
        yield Reason(
            "queue_not_served",
            _("Steps are due in the queue %(queue)s, which no live worker serves.") % {"queue": queue},
            _("Start a worker that does: manage.py worker --queues %(queue)s") % {"queue": queue},
            since=facts.due_since,
        )


def _taken(line: Line) -> str:
    return ngettext(
        "It waits for a place: of the %(runs)s at most %(most)d works at a time, and %(taken)d does "
        "(%(paused)d of them paused); %(ahead)d wait before it.",
        "It waits for a place: of the %(runs)s at most %(most)d work at a time, and %(taken)d do "
        "(%(paused)d of them paused); %(ahead)d wait before it.",
        line.most,
    ) % {"runs": line.of_what, "most": line.most, "taken": line.taken, "paused": line.paused, "ahead": line.ahead}


def _what_frees(line: Line) -> str:
    if line.bound.startswith("label:"):
        return _("It begins when enough of them have ended; or raise the number in VENOM_LABEL_LIMITS.")
    return _("It begins when enough of them have ended; or raise max_running of the definition.")
