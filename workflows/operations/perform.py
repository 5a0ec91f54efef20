"""The one door to every operation on a run: what changes it, and the dry run that does not."""

from audit.actor import Actor
from workflows.operations.dry_run import dry_run
from workflows.operations.recipe import operate
from workflows.operations.request import Answer, Request
from workflows.states import Operation


def perform(actor: Actor, request: Request) -> Answer:
    """Do what is asked of a run, or refuse it; either is on record when this returns."""
    return dry_run(actor, request) if request.operation is Operation.DRY_RUN else operate(actor, request)
