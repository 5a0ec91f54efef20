"""Whether a clock may say of others that they were silent."""

from types import SimpleNamespace

import pytest

from workflows import clock

_SECONDS = 1_000.0


class Time:
    """A time of day that passes when it is told to."""

    def __init__(self) -> None:
        self.now = _SECONDS

    def time(self) -> float:
        return self.now


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Time:
    at = Time()
    monkeypatch.setattr(clock, "time", SimpleNamespace(time=at.time))
    return at


def ticks(at: Time, presence: clock.Presence, *lengths: float) -> list[bool]:
    """Tick, for so many seconds each time and with the usual pause behind it, and give where the clock judged."""
    judged = []
    for length in lengths:
        judged.append(presence.note())
        at.now += length
        presence.note_end()
        at.now += clock.TICK_SECONDS
    return judged


def test_clock_whose_ticks_are_long__judges_every_now_and_then(at: Time) -> None:
    assert ticks(at, clock.Presence(), *[12.0] * 6) == [True, False, True, False, True, False]
    assert any(ticks(at, clock.Presence(), *[0.1, 70.0] * 6)[2:])


def test_clock_that_ticks_as_it_should__always_judges(at: Time) -> None:
    assert all(ticks(at, clock.Presence(), *[0.5] * 20))


@pytest.mark.parametrize("jump", [3_600.0, -3_600.0])
def test_clock_that_was_away__gives_workers_more_time_than_a_heartbeat_takes(at: Time, jump: float) -> None:
    presence = clock.Presence()
    ticks(at, presence, 0.1)
    at.now += jump
    came_back = at.now
    while not presence.note():
        presence.note_end()
        at.now += 0.1
    assert at.now - came_back > clock.BEAT_SECONDS + 1


def test_tick_that_waited_for_the_database__is_followed_by_time_for_the_workers(at: Time) -> None:
    assert ticks(at, clock.Presence(), 0.1, 60.0, *[0.1] * 8) == [True, True, *[False] * 5, True, True, True]
