"""The attempts at a step take turns: one begins when the one before has ended."""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.graph import Graph
from workflows.invariants.history.reader import Reader, Told

_ENDS_RUN = frozenset({"run_completed", "run_failed"})


class Turns(Reader):
    """Knows which attempts are in flight."""

    rules = {
        "begun_in_anothers_turn": _("an attempt began while an earlier one at the same step was in flight"),
        "ended_during_attempt": _("the run ended while an attempt was in flight"),
    }

    def __init__(self, workflow_id: UUID, graph: Graph) -> None:
        super().__init__(workflow_id, graph)
        self._in_flight: dict[str, int | None] = {}

    def read(self, event: Told) -> Iterator[Violation]:
        """See ``Reader``."""
        if event.kind == "step_started":
            if event.step in self._in_flight:
                yield self.broken("begun_in_anothers_turn", event, earlier=self._in_flight[event.step])
            self._in_flight[event.step] = event.attempt
        elif event.kind in _ENDS_RUN:
            for step, attempt in self._in_flight.items():
                yield self.broken("ended_during_attempt", event, step=step, attempt=attempt)
        elif event.attempt is not None and self._in_flight.get(event.step) == event.attempt:
            # Whatever else is told of an attempt is told at its end.
            del self._in_flight[event.step]
