"""Finds the workflows that installed apps ship in ``flows.py`` and registers their versions."""

import hashlib
import json
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from audit.actor import SYSTEM
from audit.models import Result
from audit.record import record
from audit.versions import name_version
from workflows.authoring.errors import FlowError, Place
from workflows.authoring.steps import StepFunction
from workflows.authoring.workflows import WorkflowFunction
from workflows.graph import Graph
from workflows.models import Definition, Plan
from workflows.models.workflow import new_id
from workflows.states import ReasonCode

REGISTER = "register_workflow"
"""The operation under which a change of the definitions is on record."""


class StepNotFound(LookupError):  # noqa: N818 (says what happened)
    """The code of a step is not on this machine."""


def discover() -> dict[str, WorkflowFunction]:
    """Import every installed app's ``flows`` module and give its workflows by name.

    Raises:
        FlowError: two workflows of one name, or a module that cannot be imported.
    """
    found: dict[str, WorkflowFunction] = {}
    for app in apps.get_app_configs():
        for flow in _flows_of(app.name):
            if found.setdefault(flow.name, flow) is not flow:
                raise FlowError(
                    flow.place,
                    flow.name,
                    _("another workflow has this name, at %(place)s") % {"place": found[flow.name].place},
                    _("give one of them another name: @workflow(name=…)"),
                )
    return found


def sync() -> list[Definition]:
    """Register what ``discover`` finds: new content becomes a new version, the same content stays the same version.

    Definitions whose workflow is no longer shipped stop being current; their runs go on.

    Raises:
        FlowError: a workflow cannot be registered as it is written; nothing is registered then.
    """
    flows = discover()
    for flow in flows.values():
        _check(flow)
    with transaction.atomic():
        current = [_register(flow) for flow in flows.values()]
        for gone in Definition.objects.filter(is_current=True).exclude(pk__in=[item.pk for item in current]):
            operation_id = new_id()
            _set_current(gone, operation_id, is_current=False)
            _put_on_record(gone, operation_id)
    return current


def pin(graph: Graph) -> Plan:
    """Give the row that keeps this graph, making it where there is none."""
    return Plan.objects.get_or_create(checksum=graph.checksum, defaults={"graph": graph.to_json()})[0]


@cache
def find_workflow(source: str) -> WorkflowFunction | None:
    """Give the workflow that is written at ``module:name``, or ``None`` where its code is not on this machine."""
    found = _resolve(source)
    return found if isinstance(found, WorkflowFunction) else None


@cache
def find_step(task: str) -> StepFunction:
    """Give the step that is written at ``module:name``.

    Raises:
        StepNotFound: its code is not here.
    """
    found = _resolve(task)
    if not isinstance(found, StepFunction):
        raise StepNotFound(
            _("the step's code %(task)s is not on this worker; add its app to VENOM_APPS") % {"task": task}
        )
    return found


def _resolve(address: str) -> Any:
    module, _colon, name = address.partition(":")
    try:
        return getattr(import_module(module), name, None)
    except ImportError:
        return None


def _flows_of(app: str) -> list[WorkflowFunction]:
    module_name = f"{app}.flows"
    if find_spec(module_name) is None:
        return []
    try:
        module = import_module(module_name)
    except FlowError:
        raise
    except Exception as error:
        raise FlowError(
            Place(module_name, 0),
            app,
            _("its flows cannot be imported (%(error)s)") % {"error": f"{type(error).__name__}: {error}"},
            _("mend the module, or take the app out of VENOM_APPS"),
        ) from error
    return [value for value in vars(module).values() if isinstance(value, WorkflowFunction)]


def _check(flow: WorkflowFunction) -> None:
    """Read the whole workflow, and see that workers will find each of its steps."""
    for node in flow.graph.nodes.values():
        if not isinstance(_resolve(node.task), StepFunction):
            raise FlowError(
                flow.place,
                node.key,
                _("workers cannot find its code at %(task)s") % {"task": node.task},
                _("write the step at the top level of a module, decorated with @step"),
            )


def _register(flow: WorkflowFunction) -> Definition:
    checksum = _checksum(flow)
    versions = Definition.objects.select_for_update().filter(name=flow.name)
    same = versions.filter(checksum=checksum).first()
    if same is not None and same.is_current:
        return same
    operation_id = new_id()
    for current in versions.filter(is_current=True):
        _set_current(current, operation_id, is_current=False)
    if same is None:
        same = _create(flow, checksum, operation_id)
    else:
        _set_current(same, operation_id, is_current=True)
    _put_on_record(same, operation_id)
    return same


def _create(flow: WorkflowFunction, checksum: str, operation_id: UUID) -> Definition:
    last = Definition.objects.filter(name=flow.name).order_by("-version").first()
    definition = Definition(
        name=flow.name,
        version=last.version + 1 if last else 1,
        title=flow.title,
        description=(flow.function.__doc__ or "").strip(),
        checksum=checksum,
        source=flow.source,
        plan=pin(flow.graph),
        shaped_by_input=flow.shaped_by_input,
        input_schema=flow.input_schema,
        deadline=flow.deadline,
        max_running=flow.max_running,
    )
    name_version(definition, SYSTEM, operation_id)
    definition.save(force_insert=True)
    return definition


def _set_current(definition: Definition, operation_id: UUID, *, is_current: bool) -> None:
    definition.is_current = is_current
    name_version(definition, SYSTEM, operation_id)
    definition.save(update_fields=["is_current"])


def _put_on_record(definition: Definition, operation_id: UUID) -> None:
    record(
        SYSTEM,
        REGISTER,
        "definition",
        definition.name,
        result=Result.SUCCESS,
        reason_code=ReasonCode.OPERATION_COMPLETED,
        operation_id=operation_id,
        state_after="current" if definition.is_current else "withdrawn",
        params={"version": definition.version, "checksum": definition.checksum},
    )


def _checksum(flow: WorkflowFunction) -> str:
    """SHA-256 over all that a version consists of, in hexadecimal."""
    content = {
        "graph": flow.graph.checksum,
        "input_schema": flow.input_schema,
        "title": flow.title,
        "description": (flow.function.__doc__ or "").strip(),
        "deadline": flow.deadline,
        "max_running": flow.max_running,
        "source": flow.source,
        "shaped_by_input": flow.shaped_by_input,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
