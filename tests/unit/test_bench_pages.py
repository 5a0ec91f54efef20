"""The figures of pages say what was measured."""

from bench.pages import Page, figures, in_turn


def test_multiple__is_taken_within_each_turn() -> None:
    # A machine that slows down by half in the middle changes no multiple.
    found = figures(Page([25.0] * 10 + [50.0] * 10, [10.0] * 10 + [20.0] * 10))
    assert found == {"p50_ms": 37.5, "p95_ms": 50.0, "smallest_p50_ms": 15.0, "times_smallest": 2.5}


def test_percentile__is_not_the_median() -> None:
    assert figures(Page([10.0] * 18 + [90.0] * 2, [10.0] * 20))["p95_ms"] == 90.0


def test_turns__leave_the_first_request_out() -> None:
    pages, smallest = iter([900.0, 1.0, 2.0]), iter([800.0, 3.0, 4.0])
    assert in_turn(lambda: next(pages), lambda: next(smallest), requests=2) == Page([1.0, 2.0], [3.0, 4.0])
