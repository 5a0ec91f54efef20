"""Create a run and, unless told otherwise, start it."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import IntegrityError
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.failpoints import crash_point
from audit.models import Result
from audit.record import record
from audit.versions import name_version
from workflows import registry
from workflows.authoring.errors import FlowError
from workflows.engine.start import create_steps, start_run
from workflows.engine.transaction import locked_run, writing
from workflows.graph import Graph
from workflows.models import Definition, Label, Plan, Workflow
from workflows.models.workflow import created_at, new_id
from workflows.operations.errors import Refused
from workflows.operations.run_input import checked_input
from workflows.states import ReasonCode, RunState

OPERATION = "start"
PERMISSION = "workflows.can_start"
_MAX_LABELS = 32
_PRIORITIES = range(-1000, 1001)


@dataclass(frozen=True)
class NewRun:
    """What is asked for: ``definition`` by name, the current version unless one is given.

    The same ``start_key`` for the same definition gives the first run again instead of a second one.
    """

    definition: str
    version: int | None = None
    input: Any = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    priority: int = 0
    start: bool = True
    start_key: str | None = None


class Created(NamedTuple):
    """The run, and whether this call made it."""

    run: Workflow
    is_new: bool


def create_run(actor: Actor, asked: NewRun, reason: str = "", operation_id: uuid.UUID | None = None) -> Created:
    """Create a run of a definition; ``operation_id`` is for its audit entry.

    Raises:
        Refused: ``permission_denied``, ``resource_not_found`` (no such definition), or ``invalid_configuration``
            (with ``fields``); nothing was created, and the refusal is on record.
    """
    began = time.perf_counter()
    operation_id = operation_id or new_id()
    try:
        return _create(actor, asked, reason, began, operation_id)
    except Refused as refusal:
        refused: dict[str, Any] = {"result": Result.FAILURE, "code": refusal.code, "error": refusal.message}
        with writing():
            _record(actor, asked, reason, began, operation_id=operation_id, **refused)
        raise


def _create(actor: Actor, asked: NewRun, reason: str, began: float, operation_id: uuid.UUID) -> Created:
    if not actor.may(PERMISSION):
        raise Refused(
            ReasonCode.PERMISSION_DENIED, _("you may not start runs; ask for the permission “Can start runs”")
        )
    definition = wanted_definition(asked)
    _check(asked)
    run_input = checked_input(definition, asked.input)
    graph = graph_of_input(definition, run_input)
    try:
        return _insert_once(actor, asked, definition, run_input, graph, reason, began, operation_id)
    except IntegrityError:
        # Another call with the same start key was faster.
        if (earlier := _earlier(asked)) is None:
            raise
        return Created(earlier, is_new=False)


def _insert_once(
    actor: Actor,
    asked: NewRun,
    definition: Definition,
    run_input: dict[str, Any],
    graph: Graph | None,
    reason: str,
    began: float,
    operation_id: uuid.UUID,
) -> Created:
    with writing():
        if (earlier := _earlier(asked)) is not None:
            return Created(earlier, is_new=False)
        run = _insert(actor, asked, definition, run_input, graph, operation_id)
        with locked_run(run.pk) as move:
            move.tell("run_created", by=actor.name)
            if asked.start:
                start_run(move, run)
        _record(actor, asked, reason, began, run=run, operation_id=operation_id)
        crash_point("create.before_commit")
    crash_point("create.after_commit")
    return Created(Workflow.objects.get(pk=run.pk), is_new=True)


def wanted_definition(asked: NewRun) -> Definition:
    """Give the definition that is asked for.

    Raises:
        Refused: ``resource_not_found``.
    """
    versions = Definition.objects.select_related("plan").filter(name=asked.definition)
    wanted = versions.filter(is_current=True) if asked.version is None else versions.filter(version=asked.version)
    definition = wanted.first()
    if definition is None:
        raise Refused(
            ReasonCode.RESOURCE_NOT_FOUND,
            _("there is no workflow %(name)s; “manage.py workflow definitions” lists what there is")
            % {"name": asked.definition if asked.version is None else f"{asked.definition} {asked.version}"},
        )
    return definition


def _check(asked: NewRun) -> None:
    problems: dict[str, list[str]] = {}
    if asked.priority not in _PRIORITIES:
        problems["priority"] = [_("a priority is a whole number from −1000 to 1000")]
    if asked.start_key is not None and not 0 < len(asked.start_key) <= 200:
        problems["start_key"] = [_("a start key is a text of 1 to 200 characters")]
    if len(asked.labels) > _MAX_LABELS or not all(_is_label(*label) for label in asked.labels.items()):
        problems["labels"] = [
            _("labels are up to 32 pairs of text: a key of 1 to 100 characters without “:”, a value of up to 200")
        ]
    if problems:
        raise Refused(ReasonCode.INVALID_CONFIGURATION, _("the run cannot be created like this"), problems)


def _is_label(key: Any, value: Any) -> bool:
    if not (isinstance(key, str) and isinstance(value, str)):
        return False
    return 0 < len(key) <= 100 and ":" not in key and len(value) <= 200 and "\0" not in key + value


def graph_of_input(definition: Definition, run_input: dict[str, Any]) -> Graph | None:
    """Give the graph that this input shapes; ``None``: the definition's own.

    Raises:
        Refused: ``resource_not_found`` (its code is not here) or ``invalid_configuration``.
    """
    if not definition.shaped_by_input:
        return None
    flow = registry.find_workflow(definition.source)
    if flow is None:
        raise Refused(
            ReasonCode.RESOURCE_NOT_FOUND,
            _("the code of %(name)s is not on this machine; add its app to VENOM_APPS") % {"name": definition.name},
        )
    try:
        return flow.graph_for(run_input)
    except FlowError as error:
        raise Refused(ReasonCode.INVALID_CONFIGURATION, str(error), {"input": [str(error)]}) from error


def _earlier(asked: NewRun) -> Workflow | None:
    if asked.start_key is None:
        return None
    return Workflow.objects.filter(definition_name=asked.definition, start_key=asked.start_key).first()


def _insert(
    actor: Actor,
    asked: NewRun,
    definition: Definition,
    run_input: dict[str, Any],
    graph: Graph | None,
    operation_id: uuid.UUID,
) -> Workflow:
    plan: Plan = definition.plan if graph is None else registry.pin(graph)
    graph = graph or Graph.from_json(plan.graph)
    workflow_id = new_id()
    run = Workflow(
        id=workflow_id,
        definition=definition,
        definition_name=definition.name,
        plan=plan,
        status=RunState.IDLE,
        priority=asked.priority,
        labels=dict(asked.labels),
        start_key=asked.start_key,
        input=run_input,
        total=len(graph.nodes),
        created_by=actor.user,
        created_by_name=actor.name,
        created_at=created_at(workflow_id),
    )
    name_version(run, actor, operation_id)
    run.save(force_insert=True)
    Label.objects.bulk_create(Label(workflow=run, key=key, value=value) for key, value in asked.labels.items())
    create_steps(run, graph)
    return run


def _record(
    actor: Actor,
    asked: NewRun,
    reason: str,
    began: float,
    *,
    operation_id: uuid.UUID,
    run: Workflow | None = None,
    result: Result = Result.SUCCESS,
    code: ReasonCode = ReasonCode.OPERATION_COMPLETED,
    error: str = "",
) -> None:
    record(
        actor,
        OPERATION,
        "workflow",
        str(run.pk) if run else "",
        result=result,
        reason_code=code,
        reason=reason,
        state_after=run.status if run else "",
        params={"definition": asked.definition, "version": asked.version, "start": asked.start},
        duration_ms=(time.perf_counter() - began) * 1000,
        error_message=error,
        operation_id=operation_id,
    )
