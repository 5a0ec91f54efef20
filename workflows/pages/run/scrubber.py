"""The way back along a run's events: which one is looked at, in words, and those beside it."""

from dataclasses import dataclass
from datetime import datetime

from workflows.event_words import event_in_words
from workflows.pages.run.base import RunPage
from workflows.past_steps import Told
from workflows.selectors.past import MOST_EVENTS


@dataclass(frozen=True)
class Scrubber:
    """Where it stands; without an event it is at now, which is behind the last."""

    last: int
    at: int
    words: str = ""
    step: str = ""
    time: datetime | None = None
    earlier_url: str = ""
    later_url: str = ""
    now_url: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    is_cut: bool = False

    @property
    def is_past(self) -> bool:
        """Whether an event is looked at."""
        return self.time is not None


def scrubber_of(page: RunPage, event: Told | None) -> Scrubber:
    """Put it at an event, or at now."""
    last = min(page.run.event_seq, MOST_EVENTS)
    kept = tuple((name, page.param(name)) for name in ("step", "open") if page.param(name))
    at = event.seq if event else last
    is_cut = page.run.event_seq > MOST_EVENTS
    if event is None:
        return Scrubber(last, at, earlier_url=page.here(at=str(last)) if last else "", hidden=kept, is_cut=is_cut)
    return Scrubber(
        last,
        at,
        words=event_in_words(event.kind, event.data),
        step=event.step,
        time=event.at,
        earlier_url=page.here(at=str(at - 1)) if at > 1 else "",
        later_url=page.here(at=str(at + 1)) if at < last else "",
        now_url=page.here(at=None),
        hidden=kept,
        is_cut=is_cut,
    )
