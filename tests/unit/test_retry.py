"""When a failed step is tried again."""

import pytest

from workflows.graph import Policy
from workflows.retry import next_delay


@pytest.mark.parametrize(
    ("retries", "backoff", "failures", "permanent", "expected"),
    [
        (0, 1.0, 1, False, None),
        (2, 1.0, 1, False, 1.0),
        (2, 1.0, 2, False, 2.0),
        (2, 1.0, 3, False, None),
        (5, 0.5, 4, False, 4.0),
        (3, 0.0, 2, False, 0.0),
        (3, 1.0, 1, True, None),
    ],
)
def test_next_delay(retries: int, backoff: float, failures: int, permanent: bool, expected: float | None) -> None:
    assert next_delay(Policy(retries=retries, backoff=backoff), failures, permanent=permanent) == expected
