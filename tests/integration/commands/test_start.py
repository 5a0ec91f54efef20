"""``manage.py workflow definitions`` and ``start``: what they print, refuse and record, and as whom they act."""

import pytest
from django.contrib.auth.models import User

from audit.models import Entry, Surface
from tests.integration.commands.shell import workflow
from workflows.models import Workflow
from workflows.states import RunState


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
