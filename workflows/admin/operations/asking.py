"""Who asks in the administration, and whether a run would be granted what is asked."""

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from audit.actor import Actor
from audit.models import Surface
from workflows.models import Workflow
from workflows.models.workflow import new_id
from workflows.operations.catalogue import verb_of
from workflows.operations.dry_run import DryRun
from workflows.operations.errors import Refused
from workflows.operations.recipe import check_request, check_state
from workflows.operations.request import Request
from workflows.operations.verb import Act, Verb
from workflows.states import Operation


def actor_of(request: HttpRequest) -> Actor:
    """Give the user, acting in the administration."""
    return Actor(cast(User, request.user), Surface.ADMIN, request.META.get("REMOTE_ADDR", ""))


def verb_named(operation: Operation) -> Verb:
    """Give the verb of any operation, the dry run included."""
    return DryRun() if operation is Operation.DRY_RUN else verb_of(operation)


def refusal_of(actor: Actor, request: Request, run: Workflow) -> Refused | None:
    """Say why the run would be refused the operation now, if it would; nothing is recorded and no ticket written."""
    verb = verb_named(request.operation)
    try:
        check_request(actor, request, verb)
        check_state(run, verb)
        verb.plan(Act(actor, request, run, new_id()))
    except Refused as refusal:
        return refusal
    return None


def operation_url(operation: Operation, run: Workflow, step_id: str | None = None) -> str:
    """Give the address of the page that asks whether an operation is to be done."""
    address = reverse("admin:workflows_workflow_operation", args=[run.pk, operation])
    return f"{address}?{urlencode({'step': step_id})}" if step_id else address
