"""Runs by the thousand, as a busy portal leaves them: most of them done, labelled, by many people."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection

from workflows.models import Definition, Label, Workflow
from workflows.states import RunState

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
RARE = {0: RunState.FAILED, 1: RunState.PAUSED, 2: RunState.RUNNING, 3: RunState.CANCELLED, 4: RunState.IDLE}
"""Of a hundred runs one each is in these states; the others are done."""
TEAMS = 40


def id_of(number: int) -> UUID:
    """Give the id of a run that was made so many seconds after ``BEGAN``."""
    milliseconds = int((BEGAN + timedelta(seconds=number)).timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (0x8 << 60) | number)


def make(count: int) -> None:
    """Write them, and let the database look at what it has now."""
    definitions = list(Definition.objects.filter(is_current=True).order_by("name").values_list("id", "name", "plan_id"))
    for batch in _batches(count):
        Workflow.objects.bulk_create([_run(number, definitions) for number in batch])
        Label.objects.bulk_create(
            [Label(workflow_id=id_of(number), key="team", value=f"t{number % TEAMS}") for number in batch]
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _batches(count: int) -> Iterator[range]:
    for start in range(0, count, 2_000):
        yield range(start, min(start + 2_000, count))


def _run(number: int, definitions: list[tuple[int, str, int]]) -> Workflow:
    definition_id, name, plan_id = definitions[number % len(definitions)]
    at = BEGAN + timedelta(seconds=number)
    return Workflow(
        id=id_of(number),
        definition_id=definition_id,
        definition_name=name,
        plan_id=plan_id,
        status=RARE.get(number % 100, RunState.COMPLETED),
        labels={"team": f"t{number % TEAMS}"},
        total=10,
        done=10,
        created_by_name="system" if number % 10 else f"person-{number % 7}",
        created_at=at,
        started_at=at,
    )
