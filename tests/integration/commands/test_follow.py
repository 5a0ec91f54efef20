"""``manage.py workflow watch`` and ``start --wait``: following a run until it ends."""

import io
import json
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection

from audit.models import Entry, Surface
from tests.driver import Driver
from tests.integration.commands.shell import Outcome, Terminal, workflow
from workflows.management import following
from workflows.models import Workflow
from workflows.states import RunState


@pytest.fixture
def working(driver: Driver) -> Callable[..., Outcome]:
    """Run a command that waits, while this thread works off the run that it starts."""

    def run(*arguments: str, out: io.StringIO | None = None) -> Outcome:
        outcomes: list[Outcome] = []

        def call() -> None:
            outcomes.append(workflow(*arguments, out=out))
            connection.close()

        thread = threading.Thread(target=call)
        thread.start()
        while thread.is_alive():
            for started in Workflow.objects.filter(status=RunState.RUNNING):
                driver.work_off(started)
            time.sleep(0.02)
        return outcomes[0]

    return run


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "POLL", 0.02)


@pytest.mark.usefixtures("people")
class TestWatch:
    def test_lines__are_one_for_each_event(self, driver: Driver) -> None:
        run = driver.work_off(driver.start("fan", count=1))
        lines = workflow("watch", run.pk).out.splitlines()
        assert len(lines) == run.event_seq
        assert [line.partition("  ")[2] for line in lines] == [
            "created by system",
            "started",
            "numbers: attempt 1 started",
            "numbers: succeeded",
            "double: has 1 items",
            "double[0]: attempt 1 started",
            "double[0]: succeeded",
            "double: succeeded",
            "total: attempt 1 started",
            "total: succeeded",
            "completed",
        ]

    def test_json__is_a_line_for_each_event_and_the_run(self, driver: Driver) -> None:
        run = driver.work_off(driver.start("fan", count=1))
        *events, last = map(json.loads, workflow("watch", run.pk, "--json").out.splitlines())
        assert [event["seq"] for event in events] == list(range(1, run.event_seq + 1))
        assert (last["id"], last["status"]) == (str(run.pk), "completed")

    def test_failed_run__ends_with_1(self, driver: Driver) -> None:
        run = driver.work_off(driver.start("hopeless"))
        outcome = workflow("watch", run.pk)
        assert (outcome.code, outcome.error) == (1, "permanent_error: give-up: no use")

    def test_cancelled_run__ends_with_1(self, driver: Driver) -> None:
        run = driver.start("fan")
        Workflow.objects.filter(pk=run.pk).update(status=RunState.CANCELLED)
        assert workflow("watch", run.pk).error.startswith("operation_cancelled: ")

    def test_ctrl_c__leaves_the_run_alone(self, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        run = driver.start("fan")

        def interrupt(_seconds: float) -> None:
            raise KeyboardInterrupt

        # Not the function of the module, which other threads call too.
        monkeypatch.setattr(following, "time", SimpleNamespace(sleep=interrupt))
        outcome = workflow("watch", run.pk)
        assert (outcome.code, outcome.error) == (130, "The run goes on.")
        assert driver.again(run).status == RunState.RUNNING
        assert not Entry.objects.filter(surface=Surface.CLI).exists()

    def test_terminal__shows_a_bar(self, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TERM", "xterm")
        run = driver.work_off(driver.start("fan", count=5))
        out = workflow("watch", run.pk, out=Terminal()).out
        assert "completed" in out
        assert "8/8" in out
        assert "attempt 1 started" not in out


@pytest.mark.usefixtures("people")
class TestWait:
    def test_completed__ends_with_0(self, working: Callable[..., Outcome]) -> None:
        outcome = working("start", "fan", "--input", "count=3", "--wait")
        run = Workflow.objects.get()
        assert (outcome.code, run.status) == (0, RunState.COMPLETED)
        assert outcome.out.splitlines()[0] == str(run.pk)
        assert outcome.out.splitlines()[-1].endswith("completed")

    def test_failed__ends_with_1(self, working: Callable[..., Outcome]) -> None:
        outcome = working("start", "hopeless", "--wait")
        assert (outcome.code, outcome.error) == (1, "permanent_error: give-up: no use")

    def test_json__is_the_run_at_its_end(self, working: Callable[..., Outcome]) -> None:
        answer = working("start", "fan", "--wait", "--json").data
        assert (answer["status"], answer["output"]) == ("completed", 6)

    def test_terminal__shows_a_bar(self, working: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TERM", "xterm")
        out = working("start", "fan", "--wait", out=Terminal()).out
        assert "6/6" in out
