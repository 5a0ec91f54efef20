"""Creating a run's steps and setting it going."""

from datetime import timedelta

from workflows.engine.conclude import conclude
from workflows.engine.move import Move
from workflows.engine.places import ask_for_places
from workflows.engine.plans import graph_of
from workflows.engine.settle import admit_waiting, make_ready
from workflows.graph import MAP, Graph
from workflows.models import Step, Workflow


def create_steps(run: Workflow, graph: Graph) -> None:
    """Make the rows of a new run's steps."""
    Step.objects.bulk_create(
        (
            Step(
                workflow=run,
                key=node.key,
                task=node.task,
                queue=node.policy.queue,
                priority=run.priority,
                is_map=node.kind == MAP,
                remaining=len(node.needs),
            )
            for node in graph.nodes.values()
        ),
        batch_size=1_000,
    )


def start_run(move: Move, run: Workflow) -> None:
    """Set an idle run going: it is running, its first steps are announced, and its deadline counts from now.

    Where a bound concerns it, its steps and its deadline wait until it is admitted.
    """
    graph = graph_of(move.run.plan_id)
    run.start(move.now)
    run.deadline_at = move.now + timedelta(seconds=run.definition.deadline) if run.definition.deadline else None
    run.revision += 1
    ask_for_places(move, run)
    run.save(update_fields=["status", "started_at", "deadline_at", "revision"])
    move.run.status = run.status
    move.tell("run_started", waits=move.waits)
    make_ready(move, admit_waiting(move, graph))
    conclude(move, graph)
