"""No step begins before all that it needs is done, and none that is done begins again by itself."""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.graph import Graph
from workflows.invariants.history.reader import Reader, Told
from workflows.states import SkipReason


class Order(Reader):
    """Knows what is done; the numbers of events tell before from after, clocks do not."""

    rules = {
        "begun_too_early": _("a step began before a step that it needs was done"),
        "begun_when_done": _("a step whose result was to be kept ran again"),
        "completed_too_early": _("the run was completed before all its steps were done"),
    }

    def __init__(self, workflow_id: UUID, graph: Graph) -> None:
        super().__init__(workflow_id, graph)
        # By key: the step, and the items of a fan-out, that are done.
        self._done: dict[str, set[str]] = {}
        # Keys that a false condition has left out.
        self._left_out: set[str] = set()

    def read(self, event: Told) -> Iterator[Violation]:
        """See ``Reader``."""
        if event.kind in ("step_succeeded", "step_skipped"):
            self._note(event)
        elif event.kind == "run_restarted":
            self._done.clear()
            self._left_out.clear()
        elif event.kind == "run_retried":
            self._forget(event)
        elif event.kind == "fan_out_opened":
            self._done.pop(event.key, None)  # items of an earlier opening
            yield from self._too_early(event)
        elif event.kind == "step_started":
            if event.step in self._done.get(event.key, ()):
                yield self.broken("begun_when_done", event, attempt=event.attempt)
            yield from self._too_early(event)
        elif event.kind == "run_completed":
            yield from self._unfinished(event)

    def _note(self, event: Told) -> None:
        self._done.setdefault(event.key, set()).add(event.step)
        if event.because in (SkipReason.CONDITION_FALSE, SkipReason.NEED_SKIPPED):
            self._left_out.add(event.key)

    def _forget(self, retry: Told) -> None:
        """A retry from a step takes back what that step and all below it have done, but lets nothing in again.

        What needs a step that was left out, and is not decided anew, stays left out.
        """
        if not retry.step:
            return
        if retry.is_item:
            self._done.get(retry.key, set()).difference_update({retry.step, retry.key})
        below = self.graph.descendants([retry.key]) | (set() if retry.is_item else {retry.key})
        for key in self.graph.order():
            if key in below and not self._left_out.intersection(self.graph.nodes[key].needs):
                self._done.pop(key, None)
                self._left_out.discard(key)

    def _is_done(self, key: str) -> bool:
        return key in self._done.get(key, ())

    def _too_early(self, event: Told) -> Iterator[Violation]:
        missing = [need for need in self.graph.nodes[event.key].needs if not self._is_done(need)]
        if missing:
            yield self.broken("begun_too_early", event, needs=missing)

    def _unfinished(self, event: Told) -> Iterator[Violation]:
        open_keys = [key for key in self.graph.nodes if not self._is_done(key)]
        if open_keys:
            yield self.broken("completed_too_early", event, not_done=open_keys[:10])
