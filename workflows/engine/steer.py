"""What operators' acts do to a run's work: hold it, let it go on, end it, begin it again. Called with the run locked.

The caller saves the run's row; what is counted and told goes with the move.
"""

from django.db.models import F

from workflows.engine.conclude import conclude
from workflows.engine.move import ANNOUNCED_AT_ONCE, Move
from workflows.engine.places import ask_for_places, leave_places, stop_waiting
from workflows.engine.plans import graph_of
from workflows.engine.reset import ready_items, reset_steps
from workflows.engine.settle import admit_waiting, make_ready
from workflows.models import Attempt, Step, Workflow
from workflows.models.step import wire_id
from workflows.reset_plan import Reset
from workflows.states import CLAIMABLE, DONE, AttemptState, StepState


def hold(move: Move, run: Workflow, *, stop_attempts: bool) -> None:
    """Hold a run: from here on nothing of it is claimed. Attempts in flight end by themselves, or are told to stop."""
    run.pause(move.now)
    move.run.status = run.status
    stop_waiting(move)
    move.tell("run_paused", in_flight=move.run.in_flight, mode="stop" if stop_attempts else "drain")
    if stop_attempts:
        tell_to_stop(move, "pause")


def let_go_on(move: Move, run: Workflow) -> None:
    """Let a held run go on: what came in meanwhile is applied, then whatever is due may be claimed."""
    run.resume(move.now)
    ask_for_places(move, run)
    move.run.status = run.status
    move.tell("run_resumed", waits=move.waits)
    _apply_failures(move)
    make_ready(move, admit_waiting(move, graph_of(move.run.plan_id)))
    announce_due(move)


def end_at_once(move: Move, run: Workflow) -> None:
    """Cancel a run: its steps are closed, whoever runs one is told to stop, and no report counts any more."""
    run.cancel(move.now)
    move.run.status = run.status
    stop_waiting(move)
    move.tell("run_cancelled", in_flight=move.run.in_flight)
    tell_to_stop(move, "cancel")
    steps = Step.objects.filter(workflow_id=move.workflow_id).exclude(status__in=[*DONE, StepState.FAILED])
    # The token rises, so that a report is late; the lease stays until the attempt has ended.
    steps.update(status=StepState.CANCELLED, token=F("token") + 1, due_at=None, finished_at=move.now)


def begin_again(move: Move, run: Workflow, reset: Reset, from_step: str | None) -> None:
    """Retry: put the steps back, and let the run go on with them."""
    graph = graph_of(move.run.plan_id)
    run.retry(move.now)
    ask_for_places(move, run)
    move.run.status, move.run.error = run.status, None
    reset_steps(move, graph, reset)
    move.tell("run_retried", from_step or "", steps=len(reset.touched), waits=move.waits)
    make_ready(move, admit_waiting(move, graph))
    if move.may_claim:
        for step_id, queue in ready_items(move, reset, ANNOUNCED_AT_ONCE):
            move.announce(step_id, queue=queue)


def put_back(move: Move, run: Workflow, reset: Reset) -> None:
    """Restart: put every step back and wait for a start."""
    run.restart()
    move.run.status, move.run.error = run.status, None
    leave_places(move)
    reset_steps(move, graph_of(move.run.plan_id), reset)
    move.tell("run_restarted")


def settle_if_ended(move: Move) -> None:
    """Draw what follows where nothing is left to wait for: the run is complete, failed or settled."""
    conclude(move, graph_of(move.run.plan_id))


def tell_to_stop(move: Move, reason: str) -> None:
    """Tell the attempts in flight to stop; one that was told before keeps that time and reason."""
    Attempt.objects.filter(
        workflow_id=move.workflow_id, status=AttemptState.RUNNING, is_replay=False, stop_requested_at__isnull=True
    ).update(stop_requested_at=move.now, stop_reason=reason)


def _apply_failures(move: Move) -> None:
    """Begin to fail for the first step that failed for good while the run was held."""
    failed = Step.objects.filter(workflow_id=move.workflow_id, status=StepState.FAILED).order_by("finished_at").first()
    if failed and failed.error:
        move.begin_to_fail(wire_id(failed.key, failed.index), failed.error["code"], failed.error["message"])


def announce_due(move: Move) -> None:
    """Announce the first of a run's steps that are due."""
    if move.may_claim:
        due = Step.objects.filter(
            workflow_id=move.workflow_id, status__in=CLAIMABLE, due_at__lte=move.now, session__isnull=True
        )
        for step_id, queue in due.order_by("pk").values_list("pk", "queue")[:ANNOUNCED_AT_ONCE]:
            move.announce(step_id, queue=queue)
