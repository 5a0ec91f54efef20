"""After a pause or a cancel, and before a start, no attempt begins."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.invariants.history.reader import Reader, Told

_OPENS = frozenset({"run_started", "run_resumed", "run_retried"})
_SHUTS = frozenset({"run_paused", "run_cancelled", "run_restarted", "run_completed", "run_failed"})


class Gate(Reader):
    """Knows whether steps may begin."""

    rules = {"begun_while_held": _("an attempt began although the run was not running")}
    _shut_by = "run_created"

    def read(self, event: Told) -> Iterator[Violation]:
        """See ``Reader``."""
        if event.kind in _OPENS:
            self._shut_by = ""
        elif event.kind in _SHUTS:
            self._shut_by = event.kind
        elif event.kind == "step_started" and self._shut_by:
            yield self.broken("begun_while_held", event, attempt=event.attempt, since=self._shut_by)
