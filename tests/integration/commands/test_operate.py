"""``manage.py workflow pause``, ``cancel``, ``retry`` …: what they do, print and end with."""

import os
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError

from audit.models import Entry, Surface
from tests.driver import Driver
from tests.integration.commands.shell import Outcome, workflow
from workflows.models import Step, Workflow
from workflows.states import RunState, allowed_operations

pytestmark = pytest.mark.usefixtures("people")
NO_RUN = "01a20777-2fe0-7603-8fde-cb58540062bc"


@pytest.fixture
def run(driver: Driver) -> Workflow:
    return driver.start("chain-of-ten")


def ended(outcome: Outcome) -> tuple[int, str]:
    return outcome.code, outcome.error.partition(":")[0]


class TestOperate:
    def test_done__is_0_in_one_sentence(self, run: Workflow, driver: Driver) -> None:
        outcome = workflow("pause", run.pk, "--reason", "upgrade", "--mode", "stop")
        assert (outcome.code, outcome.out) == (0, "The run was paused successfully.\n")
        assert driver.again(run).status == RunState.PAUSED
        entry = Entry.objects.get(operation_type="pause")
        assert (entry.triggered_by, entry.surface, entry.reason) == ("operator", Surface.CLI, "upgrade")
        assert entry.params["options"] == {"mode": "stop"}

    def test_json__is_the_answer_of_the_api(self, run: Workflow) -> None:
        answer = workflow("cancel", run.pk, "--json").data
        assert (answer["operation"], answer["status"], answer["reason_code"]) == (
            "cancel", "cancelled", "operation_cancelled",
        )  # fmt: skip
        assert answer["allowed_operations"] == allowed_operations(RunState.CANCELLED)

    def test_refused__is_1_with_the_code(self, run: Workflow) -> None:
        outcome = workflow("resume", run.pk)
        assert (ended(outcome), outcome.out) == ((1, "forbidden_transition"), "")
        assert "pause, cancel" in outcome.error

    def test_refused__in_json_is_the_answer_too(self, run: Workflow) -> None:
        outcome = workflow("resume", run.pk, "--json")
        assert (outcome.code, outcome.data["reason_code"]) == (1, "forbidden_transition")
        assert outcome.data["status"] == "running"

    def test_what_it_cannot_use__is_1_field_by_field(self, run: Workflow) -> None:
        outcome = workflow("pause", run.pk, "--hold-until", "tomorrow", "--then", "stay")
        assert ended(outcome) == (1, "invalid_configuration")
        assert "\n  hold_until: " in outcome.error

    def test_viewer__is_refused_and_on_record(self, run: Workflow) -> None:
        assert ended(workflow("cancel", run.pk, user="viewer")) == (1, "permission_denied")
        assert Entry.objects.get(operation_type="cancel").triggered_by == "viewer"
        assert workflow("dry-run", run.pk, user="viewer").code == 0

    @pytest.mark.parametrize("workflow_id", [NO_RUN, "x"])
    def test_unknown_run__is_1(self, workflow_id: str) -> None:
        assert ended(workflow("pause", workflow_id)) == (1, "resource_not_found")

    @pytest.mark.parametrize(
        "arguments",
        [
            ["pause"],
            ["skip-step", NO_RUN],
            ["replay-step", NO_RUN],
            ["pause", NO_RUN, "--mode", "gently"],
            ["resume", NO_RUN, "--mode", "stop"],
            ["skip-step", NO_RUN, "--step", "a", "--output", "{"],
            ["skip-step", NO_RUN, "--step", "a", "--output", '"\\u0000"'],
            ["cancel", NO_RUN, "--preview", "--ticket", NO_RUN],
        ],
    )
    def test_wrong_usage__is_refused_before_anything(self, arguments: list[str]) -> None:
        with pytest.raises(CommandError, match=r"required|choice|JSON|not allowed|unrecognized|NUL"):
            raise CommandError(workflow(*arguments).error)
        assert not Entry.objects.exists()

    def test_text__that_is_no_utf_8_is_wrong_usage(self) -> None:
        assert workflow("pause", NO_RUN, "--reason", "\udcff").code == 2
        assert workflow("start", "fan", "--input", "a=\udcff").code == 2
        assert not Entry.objects.exists()

    def test_start_run__starts_an_idle_one(self, flows_committed: None, driver: Driver) -> None:
        created = workflow("start", "fan", "--no-start", "--json").data["id"]
        assert workflow("start-run", created).code == 0
        assert Workflow.objects.get().status == RunState.RUNNING

    def test_skip_step__takes_an_output(self, run: Workflow) -> None:
        for step, given, expected in (("add-one-9", ["--output", "41"], 41), ("add-one-10", [], None)):
            assert workflow("skip-step", run.pk, "--step", step, *given).code == 0
            assert Step.objects.get(workflow=run, key=step).output == expected

    def test_retry__from_a_step(self, driver: Driver) -> None:
        run = driver.work_off(driver.start("hopeless"))
        assert "from the step give-up" in workflow("retry", run.pk, "--step", "give-up").out

    def test_dry_run__prints_what_would_happen(self, run: Workflow) -> None:
        outcome = workflow("dry-run", run.pk)
        assert "No changes made" in outcome.out
        assert "add-one-10" in outcome.out


class TestPreview:
    def test_preview__prints_the_effects_and_the_ticket_and_changes_nothing(
        self, run: Workflow, driver: Driver
    ) -> None:
        driver.claim(run)
        before: Any = Workflow.objects.values().get()
        outcome = workflow("cancel", run.pk, "--preview")
        assert outcome.code == 0
        lines = outcome.out.splitlines()
        said = [" ".join(line.split()) for line in lines]
        assert said[0] == "add-one is told to stop: an attempt is running"
        assert "add-one-2 is cancelled: the run is cancelled" in said
        assert Workflow.objects.values().get() == before
        ticket = lines[-1].rpartition(" ")[2]
        assert workflow("cancel", run.pk, "--ticket", ticket).code == 0

    def test_ticket__of_a_run_that_moved_on_is_refused(self, run: Workflow, driver: Driver) -> None:
        ticket = workflow("cancel", run.pk, "--preview", "--json").data["ticket"]
        driver.claim(run)
        assert ended(workflow("cancel", run.pk, "--ticket", ticket)) == (1, "stale_plan")
        assert ended(workflow("cancel", run.pk, "--ticket", "nonsense")) == (1, "stale_plan")

    def test_preview__of_what_is_forbidden_is_1(self, run: Workflow) -> None:
        outcome = workflow("resume", run.pk, "--preview", "--json")
        assert ended(outcome) == (1, "forbidden_transition")
        assert outcome.data["allowed"] is False


@pytest.mark.usefixtures("flows")
class TestLocalUser:
    @pytest.fixture(autouse=True)
    def _as_somebody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LOGNAME", "somebody")

    def test_owner_of_the_files__may_do_everything_under_their_own_name(self) -> None:
        run = workflow("start", "fan", "--json", user=None).data
        assert run["created_by"] == "somebody"
        assert workflow("pause", run["id"], user=None).code == 0
        for entry in Entry.objects.filter(resource_type="workflow"):
            assert (entry.triggered_by, entry.actor_id, entry.surface) == ("somebody", "", Surface.CLI)
        assert Workflow.objects.get().hold["by"] == "somebody"

    def test_owner__may_use_their_own_ticket(self) -> None:
        run = workflow("start", "fan", "--json", user=None).data["id"]
        ticket = workflow("pause", run, "--preview", "--json", user=None).data["ticket"]
        assert workflow("pause", run, "--ticket", ticket, user=None).code == 0

    def test_account_of_that_name__counts(self) -> None:
        User.objects.create_user("somebody")
        assert ended(workflow("start", "fan", user=None)) == (1, "permission_denied")
        User.objects.filter(username="somebody").update(is_active=False)
        assert "not active" in workflow("start", "fan", user=None).error

    def test_name_that_was_given__has_to_be_an_account(self) -> None:
        assert ended(workflow("start", "fan", user="somebody")) == (1, "permission_denied")

    def test_somebody_else__is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        uid = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: uid)
        outcome = workflow("start", "fan", user=None)
        assert ended(outcome) == (1, "permission_denied")
        assert "--as USER" in outcome.error
