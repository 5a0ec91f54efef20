"""The stack in a line: database, broker, workers, clock, and what is wrong with whichever is not well."""

from collections.abc import Sequence
from typing import Final

from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from venom_portal.diagnosis import parts, work
from venom_portal.diagnosis.finding import Finding, good
from workflows.dispatch import broker_answers
from workflows.selectors.processes import Processes

_ASKED_AGAIN_AFTER: Final = 5
"""Seconds for which it is known whether the broker answers: one that is down takes a second to find out."""


def stack(around: Processes) -> list[Finding]:
    """Say how each part is; only a part that is not well is looked at by itself."""
    return [_database(), _broker(), _workers(around), _clock(around)]


def in_a_sentence(wrong: Sequence[Finding]) -> str:
    """Name what is not well, to be spoken when it changes; the details change all the time."""
    if not wrong:
        return _("All parts of the stack are well.")
    return _("Not well: %(parts)s.") % {"parts": ", ".join(finding.name for finding in wrong)}


def _database() -> Finding:
    return good("database", connection.display_name)  # what is shown has been read from it


def _broker() -> Finding:
    answers = cache.get_or_set("broker-answers", broker_answers, _ASKED_AGAIN_AFTER)
    return good("broker", _("it answers")) if answers else parts.broker()


def _workers(around: Processes) -> Finding:
    if not (alive := around.live_workers):
        return work.workers()
    return good("workers", ngettext("%(count)d is alive", "%(count)d are alive", alive) % {"count": alive})


def _clock(around: Processes) -> Finding:
    return good("clock", _("it ticks")) if around.clock_ticks else parts.clock()
