"""Running one attempt: from the claim to an outcome."""

import logging
import time
import traceback
from collections.abc import Mapping
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

logger = logging.getLogger(__name__)


def perform(claim: Claim, context: AttemptContext) -> Outcome:
    """Run the step's function and say what came of it.

    Raises:
        django.db.Error: what the step is given cannot be read; that is not the step's failure.
    """
    graph = graph_of(claim.plan_id)
    node = graph.nodes[claim.key]
    try:
        step = find_step(claim.task)
    except StepNotFound as error:
        return Failed("step_not_found", str(error), permanent=True)
    arguments = arguments_of(claim.workflow_id, graph, node, item=claim.item, known=claim.known)
    if time.monotonic() - claim.claimed_at > BEGIN_WITHIN and not context.may_begin():
        return Interrupted()
    return _report(lambda: _run(step, arguments, context, node.policy.timeout), node.policy.timeout)


def _run(step: StepFunction, arguments: Mapping[str, Any], context: AttemptContext, timeout: float | None) -> Any:
    activate(context)
    try:
        with capture(context.logs), stoppable(timeout):
            return step.invoke(arguments)
    finally:
        activate(None)


def _report(run: "Any", timeout: float | None) -> Outcome:
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
        return Failed("permanent_error", _shown(error), traceback.format_exc(), permanent=True)
    except Exception as error:  # noqa: BLE001 (a step may raise anything; it is all recorded)
        return Failed("step_failed", _shown(error), traceback.format_exc())
    except SystemExit as error:
        return Failed("step_failed", _shown(error), traceback.format_exc())


def _shown(error: BaseException) -> str:
    text = str(error)
    name = type(error).__name__
    if isinstance(error, PermanentError):
        return text or name
    return f"{name}: {text}" if text else name
