"""Ten thousand runs at once: messages and statements are counted, seconds are not."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.driver import Driver
from tests.integration.pressure.conftest import Begin
from workflows import clock
from workflows.dispatch import QUEUE_AIM, waiting_messages
from workflows.engine import announce
from workflows.engine.claim import claim_next
from workflows.engine.plans import graph_of
from workflows.engine.start import create_steps
from workflows.models import Definition, Place, Step, Workflow
from workflows.models.workflow import new_id
from workflows.states import Admission, RunState, StepState
from workflows.worker.session import own_session

MANY = 10_000


def many(definition_name: str, admission: Admission) -> None:
    """Write runs as so many starts would have left them, without a message of any."""
    now = timezone.now()
    definition = Definition.objects.get(name=definition_name, is_current=True)
    graph = graph_of(definition.plan_id)
    runs = [
        Workflow(
            id=new_id(), definition=definition, definition_name=definition.name, plan_id=definition.plan_id,
            status=RunState.RUNNING, admission=admission, input={"start": 0}, total=len(graph.nodes),
            created_at=now, started_at=now,
        )
        for _run in range(MANY)
    ]  # fmt: skip
    Workflow.objects.bulk_create(runs, batch_size=1_000)
    for run in runs[:1]:
        create_steps(run, graph)
    pattern = list(Step.objects.filter(workflow=runs[0]).values("key", "task", "queue", "remaining"))
    rows = (Step(workflow=run, **fields) for run in runs[1:] for fields in pattern)
    Step.objects.bulk_create(rows, batch_size=2_000)
    if admission == Admission.WAITING:
        Place.objects.bulk_create(
            (Place(workflow=run, bound=f"definition:{definition.name}", priority=0) for run in runs), batch_size=2_000
        )
        return
    Step.objects.filter(remaining=0).update(status=StepState.READY, due_at=now)


def test_runs_that_may_begin__take_a_bounded_number_of_messages_and_keep_their_order(
    begin: Begin, driver: Driver, messages: list[Any]
) -> None:
    many("single", Admission.OPEN)
    with CaptureQueriesContext(connection) as queries:
        assert announce.announce_due_steps() == QUEUE_AIM
    assert len(messages) == QUEUE_AIM
    assert len(queries) < 12, "one statement for all, not one for each"

    for _tick in range(2):
        clock.tick()
    late = begin("single")
    assert waiting_messages() == len(messages) == QUEUE_AIM

    urgent = begin("single", priority=1)
    oldest = Workflow.objects.order_by("pk").values_list("pk", flat=True)[0]
    with CaptureQueriesContext(connection) as queries:
        claims = [claim_next(oldest, None, own_session()) for _look in range(2)]
    assert [claim.workflow_id for claim in claims if claim] == [urgent.pk, oldest]
    assert len(queries) < 30
    assert driver.due(late).count() == 1, "what got no message waits in the database"


def test_runs_that_wait_for_a_place__are_admitted_as_places_are_free(begin: Begin, driver: Driver) -> None:
    many("narrow", Admission.WAITING)
    clock.tick()
    assert Workflow.objects.filter(admission=Admission.ADMITTED).count() == 2
    late = begin("narrow", priority=1)
    assert late.admission == Admission.WAITING
    first = Workflow.objects.filter(admission=Admission.ADMITTED).order_by("pk")[0]
    with CaptureQueriesContext(connection) as queries:
        driver.work_off(first)
    assert driver.again(late).admission == Admission.ADMITTED
    assert Workflow.objects.filter(admission=Admission.ADMITTED).count() == 2
    assert len(queries) < 80
