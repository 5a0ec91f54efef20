"""Whether a failed step is tried again, and when. A pure decision; standard library only."""

from workflows.graph import Policy


def next_delay(policy: Policy, failures: int, *, permanent: bool) -> float | None:
    """Give the seconds until the next attempt, or ``None`` where there is none.

    ``failures`` counts the attempts of this generation that failed, the present one included. The delay doubles:
    ``backoff``, ``2 * backoff``, ``4 * backoff`` …
    """
    if permanent or failures > policy.retries:
        return None
    return float(policy.backoff * 2 ** (failures - 1))
