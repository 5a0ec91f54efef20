"""``manage.py workflow bulk`` and ``bulk-job``."""

import io
import json
import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from tests.integration.bulk.conftest import MakeRuns, work_off
from workflows.models import BulkJob, Workflow
from workflows.states import RunState

pytestmark = pytest.mark.usefixtures("people")


def run(*args: str, user: str = "operator") -> str:
    out = io.StringIO()
    call_command("workflow", *args, "--as", user, stdout=out)
    return out.getvalue()


def run_json(*args: str, **given: Any) -> Any:
    return json.loads(run(*args, "--json", **given))


def test_bulk__by_filter(make_runs: MakeRuns) -> None:
    make_runs(3)
    make_runs(1, RunState.FAILED)
    made = run_json("bulk", "pause", "--filter", "status=running", "status=failed", "--mode", "stop", "--reason", "r")
    assert (made["counts"]["total"], made["options"], made["reason"]) == (4, {"mode": "stop"}, "r")
    work_off(BulkJob.objects.get(pk=made["id"]))
    shown = run("bulk-job", made["id"], user="viewer")
    assert "4 runs: 3 done, 1 refused" in shown
    assert "forbidden_transition: " in shown
    again = run_json("bulk-job", made["id"], "retry-failed")
    assert (again["retry_of"], again["counts"]["total"]) == (made["id"], 1)
    assert run_json("bulk-job", again["id"], "cancel")["status"] == "cancelled"


def test_preview__needs_no_worker_and_changes_nothing(make_runs: MakeRuns) -> None:
    runs = make_runs(2)
    ids = [str(item.pk) for item in runs]
    shown = run("bulk", "cancel", "--ids", *ids, "--preview")
    assert "No changes made" in shown
    assert "2 runs: 2 done" in shown
    assert Workflow.objects.filter(status=RunState.RUNNING).count() == 2


def test_wait__ends_when_workers_have_ended_it(make_runs: MakeRuns) -> None:
    make_runs(2)
    make_runs(1, RunState.FAILED)

    def work() -> None:
        try:
            while not (job := BulkJob.objects.filter(status="running").first()):
                pass
            work_off(job)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    with pytest.raises(CommandError, match="1 refused"):
        run("bulk", "pause", "--filter", "definition=chain-of-ten", "--wait")
    worker.join()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--filter", "status=odd"], "filter status"),
        (["--filter", "status=cancelled"], "No run is meant"),
        ([], "Say which runs"),
        (["--filter", "q=x", "--ids", "019500000000700080000000000000aa"], "one of both"),
    ],
)
def test_what_cannot_be_meant__is_refused(make_runs: MakeRuns, args: list[str], said: str) -> None:
    with pytest.raises(CommandError, match="invalid_configuration") as refused:
        run("bulk", "pause", *args)
    assert said in str(refused.value)


def test_viewer__may_not(make_runs: MakeRuns, people: dict[str, User]) -> None:
    make_runs(1)
    with pytest.raises(CommandError, match="permission_denied"):
        run("bulk", "pause", "--filter", "status=running", user="viewer")
