"""``manage.py workflow`` inside the process: what it prints, refuses and records."""

import io
import json
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import Entry, Surface
from tests.driver import Driver
from workflows.management import following
from workflows.models import Workflow
from workflows.states import RunState


class Outcome(NamedTuple):
    """What a command printed, and how it failed."""

    out: str
    code: int = 0
    error: str = ""

    @property
    def data(self) -> Any:
        return json.loads(self.out)


class Terminal(io.StringIO):
    """Takes what is printed as a terminal would."""

    def isatty(self) -> bool:
        return True


def workflow(*arguments: str, user: str | None = "operator", out: io.StringIO | None = None) -> Outcome:
    out = out or io.StringIO()
    acting = ["--as", user] if user else []
    try:
        call_command("workflow", *map(str, arguments), *acting, stdout=out)
    except CommandError as error:
        return Outcome(out.getvalue(), error.returncode, str(error))
    return Outcome(out.getvalue())


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


@pytest.mark.usefixtures("people", "flows")
class TestDefinitions:
    def test_lines__name_what_each_takes(self) -> None:
        out = workflow("definitions", user="viewer").out
        assert "Fetch and store  (url)" in out
        assert "Fan out and in  ([count])" in out

    def test_json__is_what_the_api_answers(self) -> None:
        found = {item["name"]: item for item in workflow("definitions", "--json", user="viewer").data}
        assert found["fan"]["input_schema"]["properties"]["count"]["type"] == "integer"
        assert found["fan"]["graph"]["nodes"]


@pytest.mark.usefixtures("people", "flows")
class TestStart:
    def test_run__is_created_and_said_how_to_watch(self) -> None:
        out = workflow("start", "fan", "--input", "count=4", "--label", "team=a", "kind=b=c", "--priority", "7").out
        run = Workflow.objects.get()
        assert (run.input, run.labels, run.priority) == ({"count": 4}, {"team": "a", "kind": "b=c"}, 7)
        assert run.status == RunState.RUNNING
        assert out.splitlines() == [str(run.pk), f"Watch it: manage.py workflow watch {run.pk}"]

    def test_json__is_the_run_as_the_api_answers_it(self) -> None:
        answer = workflow("start", "fan", "--json", "--no-start").data
        assert (answer["definition"], answer["status"], answer["input"]) == ("fan", "idle", {"count": 3})

    def test_input_json__is_taken_whole(self) -> None:
        workflow("start", "fan", "--input-json", '{"count": 2}', "--no-start")
        assert Workflow.objects.get().input == {"count": 2}

    def test_start_key__again_gives_the_first_run(self) -> None:
        first = workflow("start", "fan", "--start-key", "once")
        second = workflow("start", "fan", "--start-key", "once")
        assert first.out.splitlines()[0] == second.out.splitlines()[0]
        assert "there is no second one" in second.out
        assert Workflow.objects.count() == 1

    def test_audit__says_that_it_was_a_command(self) -> None:
        workflow("start", "fan")
        entry = Entry.objects.get(resource_type="workflow")
        assert (entry.triggered_by, entry.surface) == ("operator", Surface.CLI)

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (["nope"], "resource_not_found", "there is no workflow nope"),
            (["fan", "--version", "9"], "resource_not_found", "fan 9"),
            (["fan", "--input", "count=x"], "invalid_configuration", "input.count: this should be a whole number"),
            (["fan", "--input", "size=1"], "invalid_configuration", "input.size"),
            (["fan", "--input-json", "[]"], "invalid_configuration", "input: the input is an object"),
            (["fan", "--priority", "5000"], "invalid_configuration", "priority"),
            (["fan", "--label", "a:b=c"], "invalid_configuration", "labels"),
        ],
    )
    def test_refusal__ends_with_1_and_the_reason(self, arguments: list[str], code: str, said: str) -> None:
        outcome = workflow("start", *arguments)
        assert outcome.code == 1
        assert outcome.error.startswith(f"{code}: ")
        assert said in outcome.error
        assert not Workflow.objects.exists()

    def test_refusal__in_json(self) -> None:
        outcome = workflow("start", "fan", "--input", "count=x", "--json")
        assert outcome.code == 1
        assert outcome.data == {
            "reason_code": "invalid_configuration",
            "message": "the input does not fit the workflow",
            "fields": {"input.count": ["this should be a whole number"]},
        }

    def test_wait__without_start_is_wrong_usage(self) -> None:
        assert workflow("start", "fan", "--wait", "--no-start").code == 2
        assert not Workflow.objects.exists()


@pytest.mark.usefixtures("people", "flows")
class TestWho:
    def test_viewer__may_look_and_not_start(self) -> None:
        outcome = workflow("start", "fan", user="viewer")
        assert (outcome.code, outcome.error.partition(":")[0]) == (1, "permission_denied")
        assert workflow("list", user="viewer").code == 0
        assert Entry.objects.get(resource_type="workflow").result == "failure"

    @pytest.mark.parametrize("arguments", [["list"], ["definitions"], ["show", "x"], ["watch", "x"]])
    def test_outsider__may_not_look(self, arguments: list[str]) -> None:
        User.objects.create_user("outsider")
        outcome = workflow(*arguments, user="outsider")
        assert (outcome.code, outcome.error.partition(":")[0]) == (1, "permission_denied")

    def test_unknown_user__is_refused_with_the_remedy(self) -> None:
        outcome = workflow("list", user="nobody-here")
        assert outcome.code == 1
        assert "--as USER" in outcome.error
        assert "createsuperuser" in outcome.error

    def test_inactive_user__is_refused(self) -> None:
        User.objects.filter(username="operator").update(is_active=False)
        assert "not active" in workflow("list").error

    def test_user__is_the_system_s_unless_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LOGNAME", "operator")
        assert workflow("start", "fan", user=None).code == 0
        assert Entry.objects.get(resource_type="workflow").triggered_by == "operator"


@pytest.mark.usefixtures("people", "flows")
class TestList:
    def test_filters__are_those_of_the_api(self) -> None:
        wanted = workflow("start", "fan", "--label", "team=a", "--no-start", "--json").data["id"]
        workflow("start", "chain-of-ten", "--no-start")
        for filters in (
            ["--definition", "fan"],
            ["--label", "team=a"],
            ["--q", "fan"],
            ["--status", "idle", "--definition", "fan", "--created-by", "operator", "--since", "2020-01-01"],
        ):
            assert [run["id"] for run in workflow("list", "--json", *filters).data] == [wanted]
        assert workflow("list", "--json", "--until", "2020-01-01").data == []
        assert workflow("list", "--status", "failed").out.strip() == "No run fits."

    def test_pages__lead_on(self) -> None:
        ids = [workflow("start", "fan", "--no-start", "--json").data["id"] for _number in range(3)]
        first = workflow("list", "--limit", "2").out
        assert f"--after {ids[1]}" in first
        rest = workflow("list", "--limit", "2", "--after", ids[1]).out
        assert [line.split()[0] for line in rest.splitlines()] == [ids[0]]

    @pytest.mark.parametrize(
        "arguments",
        [["--status", "done"], ["--limit", "0"], ["--since", "yesterday"], ["--label", "a"], ["--offset", "3"]],
    )
    def test_wrong_usage__is_refused(self, arguments: list[str]) -> None:
        assert workflow("list", *arguments).code != 0

    def test_unknown_place__is_refused(self) -> None:
        assert workflow("list", "--after", "x").error.startswith("resource_not_found: ")


class TestShow:
    def test_lines__tell_state_steps_and_output(self, people: Any, driver: Driver) -> None:
        run = driver.work_off(driver.start("fetch-and-store", url="x"))
        out = workflow("show", run.pk).out
        lines = {line.split()[0]: line for line in out.splitlines() if line.startswith("  ")}
        assert "State: completed" in out
        assert "10 of 10 done" in out
        assert list(lines) == ["fetch", "split", "store", "report", "notify", "escalate", "is-large"]
        assert "3 of 3 items" in lines["store"]
        assert "skipped" in lines["escalate"]
        assert 'Output: {"count": 3' in out

    def test_lines__tell_the_error(self, people: Any, driver: Driver) -> None:
        run = driver.work_off(driver.start("hopeless"))
        assert "Error: give-up: permanent_error: no use" in workflow("show", run.pk).out

    def test_json__is_the_run_with_its_steps(self, people: Any, driver: Driver) -> None:
        run = driver.work_off(driver.start("fan", count=2))
        answer = workflow("show", run.pk, "--json").data
        assert answer["output"] == 2
        assert [step["id"] for step in answer["steps"]] == ["numbers", "double", "total"]

    @pytest.mark.usefixtures("people", "flows")
    @pytest.mark.parametrize("action", ["show", "watch"])
    @pytest.mark.parametrize("workflow_id", ["x", "01a20777-2fe0-7603-8fde-cb58540062bc"])
    def test_unknown_run__is_refused(self, action: str, workflow_id: str) -> None:
        outcome = workflow(action, workflow_id)
        assert (outcome.code, outcome.error.partition(":")[0]) == (1, "resource_not_found")


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
