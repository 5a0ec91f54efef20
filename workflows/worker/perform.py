"""Running one attempt: from the claim to an outcome."""

import logging
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflows.authoring.context import activate
from workflows.authoring.errors import PermanentError, StopRequested
from workflows.authoring.steps import StepFunction
from workflows.engine.claim import BEGIN_WITHIN, Claim
from workflows.engine.outcome import Failed, Interrupted, Outcome, Succeeded
from workflows.engine.outputs import arguments_of
from workflows.engine.plans import graph_of
from workflows.registry import StepNotFound, find_step
from workflows.states import AttemptState
from workflows.values import NotJson, TooLarge, encode, to_json
from workflows.worker.context import AttemptContext
from workflows.worker.limits import StopEnforced, TimeLimitReached, stoppable
from workflows.worker.log_capture import capture
from workflows.worker.transactions import discard_all_but, discard_connections, open_transactions

logger = logging.getLogger(__name__)


def perform(claim: Claim, context: AttemptContext) -> Outcome:
    """Run the step's function and say what came of it.

    Raises:
        django.db.Error: what the step is given cannot be read; that is not the step's failure.
    """
    graph = graph_of(claim.plan_id)
    node = graph.nodes[claim.key]
    found = _find(claim.task)
    if isinstance(found, Failed):
        return found
    arguments = arguments_of(claim.workflow_id, graph, node, item=claim.item, known=claim.known)
    if time.monotonic() - claim.claimed_at > BEGIN_WITHIN and not context.may_begin():
        return Interrupted()
    before = open_transactions()
    outcome = _report(lambda: _run(found, arguments, context, node.policy.timeout), node.policy.timeout)
    return _put_right(outcome, before)


def _find(task: str) -> StepFunction | Failed:
    try:
        return find_step(task)
    except StepNotFound as error:
        return Failed("step_not_found", str(error), permanent=True)
    except Exception as error:  # noqa: BLE001 (a module may raise anything when it is imported)
        message = _("the step's code %(task)s cannot be imported (%(problem)s); mend its module")
        told = message % {"task": task, "problem": _named(error)}
        return Failed("step_not_importable", told, traceback.format_exc(), permanent=True)


def _run(step: StepFunction, arguments: Mapping[str, Any], context: AttemptContext, timeout: float | None) -> Any:
    activate(context)
    try:
        with capture(context.logs), stoppable(timeout):
            return step.invoke(arguments)
    finally:
        activate(None)


def _report(run: Callable[[], Any], timeout: float | None) -> Outcome:
    """Turn whatever the step's function does into an outcome."""
    try:
        value = to_json(run(), "output")
        return Succeeded(value, encode(value))
    except TimeLimitReached:
        message = _("the attempt took longer than its %(seconds)s s") % {"seconds": timeout}
        return Failed("timeout", message, traceback.format_exc(), state=AttemptState.TIMEOUT)
    except (StopRequested, StopEnforced):
        return Interrupted()
    except NotJson as error:
        return Failed("output_not_json", str(error), permanent=True)
    except TooLarge as error:
        return Failed("output_too_large", str(error), permanent=True)
    except PermanentError as error:
        return Failed("permanent_error", _text(error) or type(error).__name__, traceback.format_exc(), permanent=True)
    except BaseException as error:  # noqa: BLE001 (a step may raise anything, SystemExit too; it is all recorded)
        return Failed("step_failed", _named(error), traceback.format_exc())


def _put_right(outcome: Outcome, before: set[str]) -> Outcome:
    """See that the report is a transaction of its own; ``before``: the aliases with one that the step did not begin."""
    left_open = open_transactions() - before
    if isinstance(outcome, Interrupted) or (isinstance(outcome, Failed) and outcome.state == AttemptState.TIMEOUT):
        discard_all_but(before)
    else:
        discard_connections(left_open)
    if left_open and isinstance(outcome, Succeeded):
        message = _("the step left a database transaction open; begin it with “with transaction.atomic():”")
        return Failed("transaction_left_open", message, permanent=True)
    return outcome


def _named(error: BaseException) -> str:
    name, text = type(error).__name__, _text(error)
    return f"{name}: {text}" if text else name


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 (it is the author's own ``__str__``)
        return ""
