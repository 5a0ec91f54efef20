"""The benchmark's table says what was measured."""

from bench.report import Measurement, rows
from bench.sides import RAW


def measured(side: str, *seconds: float) -> list[Measurement]:
    return [Measurement(2, turn, "chain", side, {"seconds": value, "steps": 100}) for turn, value in enumerate(seconds)]


def test_ratio__is_taken_within_each_round() -> None:
    # A machine that slows down by half in every round changes no ratio.
    portal, raw = rows([*measured("PostgreSQL", 1.0, 2.0, 4.0), *measured(RAW, 2.0, 4.0, 8.0)])
    assert (portal.times_raw, raw.times_raw) == (2.0, 1.0)
    assert (portal.steps_per_second, portal.ms_per_step) == (50.0, 20.0)


def test_latency__is_better_when_it_is_shorter() -> None:
    def waited(side: str, milliseconds: float) -> Measurement:
        return Measurement(1, 0, "start_latency", side, {"milliseconds": [milliseconds] * 10})

    portal, raw = rows([waited("SQLite", 8.0), waited(RAW, 2.0)])
    assert (portal.p50_ms, portal.p95_ms, portal.times_raw) == (8.0, 8.0, 0.25)
    assert portal.steps_per_second is None
    assert raw.times_raw == 1.0
