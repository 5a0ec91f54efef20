"""The steps of a run."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.driver import Driver
from workflows.models import Step, Workflow

Url = Callable[..., str]
GRAPH_ORDER = [
    "fetch",
    "split",
    "store",
    "report",
    "notify",
    "escalate",
    "is-large",
    "store[0]",
    "store[1]",
    "store[2]",
]


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.json()
    return [step["id"] for step in response.json()["results"]]


class TestList:
    def test_steps__stand_in_the_order_of_the_graph(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        assert ids(viewer.get(run_url(finished_run, "steps/"))) == GRAPH_ORDER

    def test_steps__say_what_the_contract_names(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        results = viewer.get(run_url(finished_run, "steps/")).json()["results"]
        steps = {step["id"]: step for step in results}
        assert set(steps["notify"]) >= {
            "id", "task", "status", "attempts", "needs", "started_at", "finished_at", "progress", "error",
        }  # fmt: skip
        assert steps["notify"]["needs"] == ["fetch", "report"]
        assert steps["notify"]["task"] == "tests.sample_flows.flows:notify"
        assert (steps["notify"]["status"], steps["notify"]["attempts"]) == ("succeeded", 1)
        assert (steps["escalate"]["status"], steps["escalate"]["started_at"]) == ("skipped", None)
        assert [steps[name]["kind"] for name in ("fetch", "store", "store[0]")] == ["step", "map", "item"]
        assert steps["store"]["progress"] == {"done": 3, "total": 3, "failed": 0, "running": 0}

    def test_filters__by_state_and_key(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        assert ids(viewer.get(run_url(finished_run, "steps/?status=skipped"))) == ["escalate"]
        assert ids(viewer.get(run_url(finished_run, "steps/?key=store"))) == [
            "store",
            "store[0]",
            "store[1]",
            "store[2]",
        ]
        assert ids(viewer.get(run_url(finished_run, "steps/?status=failed&status=cancelled"))) == []

    def test_items__left_over_from_an_earlier_opening_are_not_shown(
        self, viewer: Client, finished_run: Workflow, run_url: Url
    ) -> None:
        Step.objects.filter(workflow=finished_run, key="store", index=-1).update(width=2)
        assert ids(viewer.get(run_url(finished_run, "steps/?key=store"))) == ["store", "store[0]", "store[1]"]
        assert viewer.get(run_url(finished_run, "steps/store/")).json()["progress"]["total"] == 2

    def test_pages__have_each_step_once(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        seen: list[str] = []
        url: str | None = run_url(finished_run, "steps/?page_size=3")
        while url:
            response = viewer.get(url)
            seen += ids(response)
            url = response.json()["next"]
        assert seen == GRAPH_ORDER

    @pytest.mark.parametrize(
        "query", ["status=done", "page_size=1001", "cursor=after:x", "after=1", "cursor=after:9" + "9" * 30]
    )
    def test_bad_value__names_the_parameter(
        self, viewer: Client, finished_run: Workflow, run_url: Url, query: str
    ) -> None:
        response = viewer.get(run_url(finished_run, f"steps/?{query}"))
        assert response.status_code == 400
        assert [item["attr"] for item in response.json()["errors"]] == [query.partition("=")[0]]


class TestDetail:
    def test_step__shows_what_it_took_and_gave(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        step = viewer.get(run_url(finished_run, "steps/report/")).json()
        assert step["input"] == {"stored": ["ONE", "TWO", "THREE"]}
        assert step["output"] == {"count": 3, "stored": ["ONE", "TWO", "THREE"]}

    @pytest.mark.parametrize("written", ["store[1]", "store%5B1%5D"])
    def test_item__is_found_raw_and_encoded(
        self, viewer: Client, finished_run: Workflow, run_url: Url, written: str
    ) -> None:
        step = viewer.get(run_url(finished_run, f"steps/{written}/")).json()
        assert (step["id"], step["kind"], step["input"], step["output"]) == ("store[1]", "item", {"part": "two"}, "TWO")

    def test_fan_out__shows_the_outputs_of_its_items(
        self, viewer: Client, finished_run: Workflow, run_url: Url
    ) -> None:
        step = viewer.get(run_url(finished_run, "steps/store/")).json()
        assert (step["input"], step["output"], step["omitted"]) == (None, ["ONE", "TWO", "THREE"], [])
        assert step["attempt_history"] == []

    def test_large_outputs__are_omitted_and_said_to_be(
        self, viewer: Client, finished_run: Workflow, run_url: Url
    ) -> None:
        Step.objects.filter(workflow=finished_run, key="store", index__gte=0).update(output="x" * 100_000)
        fan_out = viewer.get(run_url(finished_run, "steps/store/")).json()
        consumer = viewer.get(run_url(finished_run, "steps/report/")).json()
        assert (fan_out["output"], fan_out["omitted"]) == (None, ["output"])
        assert (consumer["input"], consumer["omitted"]) == (None, ["input"])

    def test_every_attempt__is_there_with_its_traceback(self, viewer: Client, driver: Driver, run_url: Url) -> None:
        run = driver.work_off(driver.start("flaky", attempts=3))
        step = viewer.get(run_url(run, "steps/fail-until/")).json()
        first, second, third = step["attempt_history"]
        assert step["attempts"] == 3
        assert [attempt["status"] for attempt in (first, second, third)] == ["failed", "failed", "succeeded"]
        assert [attempt["number"] for attempt in (first, second, third)] == [1, 2, 3]
        assert first["error"] == {"code": "step_failed", "message": "RuntimeError: attempt 1 of 3"}
        assert "fail_until" in first["traceback"]
        host, _colon, pid = first["worker"].rpartition(":")
        assert host
        assert pid.isdecimal()
        assert first["started_at"] <= first["finished_at"] <= second["started_at"]
        assert first["dropped_log_lines"] == 0

    def test_checkpoint__is_shown(self, viewer: Client, driver: Driver, run_url: Url) -> None:
        run = driver.work_off(driver.start("careful"))
        (key,) = Step.objects.filter(workflow=run).values_list("key", flat=True)
        assert viewer.get(run_url(run, f"steps/{key}/")).json()["checkpoint"] == {"at": 7}

    def test_waiting_step__has_no_input_yet(self, viewer: Client, driver: Driver, run_url: Url) -> None:
        run = driver.start("chain-of-ten", start=5)
        first = viewer.get(run_url(run, "steps/add-one/")).json()
        second = viewer.get(run_url(run, "steps/add-one-2/")).json()
        assert (first["status"], first["input"]) == ("ready", {"number": 5})
        assert (second["status"], second["input"], second["output"]) == ("pending", None, None)

    def test_skipped_step__has_no_input(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        assert viewer.get(run_url(finished_run, "steps/escalate/")).json()["input"] is None

    @pytest.mark.parametrize(
        "step_id", ["nope", "store[3]", "store[-1]", "store[x]", "fetch[0]", "store[99999999999]", "[1]", "a%00"]
    )
    def test_unknown_step__is_a_problem(
        self, viewer: Client, finished_run: Workflow, run_url: Url, step_id: str
    ) -> None:
        response = viewer.get(run_url(finished_run, f"steps/{step_id}/"))
        assert (response.status_code, response.json()["reason_code"]) == (404, "resource_not_found")
