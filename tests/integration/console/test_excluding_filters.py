"""What a filter leaves out is the same for the API, the shell, and bulk operations."""

import io
import json

import pytest
from django.core.management import call_command
from django.test import Client

from audit.actor import SYSTEM
from workflows.models import BulkJob, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.run_filter import RunFilter
from workflows.states import RunState

EXCLUDING = RunFilter(
    not_status=[RunState.FAILED],
    not_definition=["chain-of-ten"],
    not_labels=[("team", "a")],
    not_created_by=["operator"],
)


@pytest.fixture
def left(transactional_db: None, flows_committed: None) -> Workflow:
    """The one run that is left when those that are meant are left out."""
    failed = create_run(SYSTEM, NewRun("fan", start=False)).run
    Workflow.objects.filter(pk=failed.pk).update(status=RunState.FAILED)
    create_run(SYSTEM, NewRun("chain-of-ten", start=False))
    create_run(SYSTEM, NewRun("fan", start=False, labels={"team": "a"}))
    by_operator = create_run(SYSTEM, NewRun("fan", start=False)).run
    Workflow.objects.filter(pk=by_operator.pk).update(created_by_name="operator")
    return create_run(SYSTEM, NewRun("fan", start=False, labels={"team": "b"})).run


def test_filter__is_written_and_read_again() -> None:
    again = RunFilter.from_json(json.loads(json.dumps(EXCLUDING.to_json())))
    assert json.dumps(again.to_json()) == json.dumps(EXCLUDING.to_json())
    assert not again.is_empty


def test_api__leaves_out(left: Workflow, clients: dict[str, Client]) -> None:
    query = "not_status=failed&not_definition=chain-of-ten&not_label=team:a&not_created_by=operator"
    found = clients["viewer"].get(f"/api/v1/workflows/?{query}").json()["results"]
    assert [run["id"] for run in found] == [str(left.pk)]
    assert clients["viewer"].get("/api/v1/workflows/?not_status=asleep").status_code == 400


def test_shell__leaves_out(left: Workflow, clients: dict[str, Client]) -> None:
    out = io.StringIO()
    options = ["--not-status", "failed", "--not-definition", "chain-of-ten", "--not-label", "team=a"]
    call_command("workflow", "list", *options, "--not-created-by", "operator", "--as", "viewer", stdout=out)
    assert [line.split()[0] for line in out.getvalue().splitlines()] == [str(left.pk)]


def test_bulk__leaves_out(left: Workflow, clients: dict[str, Client]) -> None:
    parts = ["not_status=failed", "not_definition=chain-of-ten", "not_label=team:a", "not_created_by=operator"]
    call_command("workflow", "bulk", "start", "--filter", *parts, "--as", "operator", stdout=io.StringIO())
    assert [item.workflow_id for item in BulkJob.objects.get().items.all()] == [left.pk]
