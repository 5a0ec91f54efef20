"""``manage.py workflow list`` and ``show``."""

from typing import Any

import pytest
from django.db import InterfaceError, InternalError, OperationalError, connection

from tests.driver import Driver
from tests.integration.commands.shell import workflow


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


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError, InternalError])
def test_database_out_of_reach__is_told_in_a_line(people: Any, kind: type[Exception]) -> None:
    def fail(*_statement: Any) -> None:
        raise kind("terminating connection\nand more")

    with connection.execute_wrapper(fail):
        outcome = workflow("list", user=None)
    assert outcome.code == 1
    assert outcome.error == "service_unavailable: the database is out of reach: terminating connection"
