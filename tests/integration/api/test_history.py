"""Events and logs of a run."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.driver import Driver
from workflows.models import Event, LogLine, Workflow

Url = Callable[..., str]


@pytest.fixture
def talked(driver: Driver) -> Workflow:
    """A run that printed a line, warned once, and logged three lines."""
    return driver.work_off(driver.start("talkative"))


def numbers(response: Any) -> list[int]:
    assert response.status_code == 200, response.json()
    return [entry["seq"] for entry in response.json()["results"]]


class TestEvents:
    def test_events__are_gapless_from_one(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        page = viewer.get(run_url(finished_run, "events/"))
        count = Event.objects.filter(workflow=finished_run).count()
        assert numbers(page) == list(range(1, count + 1))
        assert (page.json()["next"], page.json()["previous"]) == (None, None)
        first = page.json()["results"][0]
        assert (first["kind"], first["step"], first["data"]) == ("run_created", "", {"by": "system"})
        assert set(first) == {"seq", "kind", "step", "data", "at"}

    def test_after__gives_what_comes_then(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        count = Event.objects.filter(workflow=finished_run).count()
        assert numbers(viewer.get(run_url(finished_run, "events/?after=5"))) == list(range(6, count + 1))
        assert numbers(viewer.get(run_url(finished_run, f"events/?after={count}"))) == []
        assert numbers(viewer.get(run_url(finished_run, "events/?after=9223372036854775807"))) == []

    def test_pages__lead_on_by_number(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        first = viewer.get(run_url(finished_run, "events/?page_size=4")).json()
        assert "after=4" in first["next"]
        second = viewer.get(first["next"]).json()
        assert [event["seq"] for event in second["results"]] == [5, 6, 7, 8]
        assert numbers(viewer.get(second["previous"])) == [1, 2, 3, 4]

    @pytest.mark.parametrize(
        "query", ["after=-1", "after=x", "after=9223372036854775808", "page_size=1001", "step=fetch"]
    )
    def test_bad_value__names_the_parameter(
        self, viewer: Client, finished_run: Workflow, run_url: Url, query: str
    ) -> None:
        response = viewer.get(run_url(finished_run, f"events/?{query}"))
        assert response.status_code == 400
        assert [item["attr"] for item in response.json()["errors"]] == [query.partition("=")[0]]

    def test_both_directions__are_refused(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        assert viewer.get(run_url(finished_run, "events/?after=1&before=5")).status_code == 400


class TestLogs:
    def test_lines__say_who_wrote_them(self, viewer: Client, talked: Workflow, run_url: Url) -> None:
        lines = viewer.get(run_url(talked, "logs/")).json()["results"]
        assert [line["message"] for line in lines] == [
            "hello from print",
            "a warning with arguments",
            "line 0",
            "line 1",
            "line 2",
        ]
        assert {(line["step"], line["attempt"]) for line in lines} == {("talk", 1)}
        assert [line["level"] for line in lines[:3]] == ["info", "warning", "info"]
        assert set(lines[0]) == {"seq", "step", "attempt", "level", "logger", "message", "at"}
        assert lines[0]["logger"] == "stdout"

    @pytest.mark.parametrize("level", ["warning", "WARNING", "Warning"])
    def test_level__is_the_least(self, viewer: Client, talked: Workflow, run_url: Url, level: str) -> None:
        assert len(numbers(viewer.get(run_url(talked, f"logs/?level={level}")))) == 1
        assert len(numbers(viewer.get(run_url(talked, "logs/?level=debug")))) == 5
        assert numbers(viewer.get(run_url(talked, "logs/?level=error"))) == []

    def test_step__is_the_one_named(self, viewer: Client, talked: Workflow, run_url: Url) -> None:
        assert len(numbers(viewer.get(run_url(talked, "logs/?step=talk")))) == 5
        assert numbers(viewer.get(run_url(talked, "logs/?step=other"))) == []

    def test_step__that_fans_out_brings_its_items(self, viewer: Client, talked: Workflow, run_url: Url) -> None:
        lines = LogLine.objects.filter(workflow=talked).order_by("seq")
        for line, step in zip(lines, ("fan", "fan[0]", "fan[11]", "fan-2[0]", "fan_[1]"), strict=True):
            LogLine.objects.filter(pk=line.pk).update(step=step)
        found = {step: len(numbers(viewer.get(run_url(talked, f"logs/?step={step}")))) for step in ("fan", "fan[0]")}
        assert found == {"fan": 3, "fan[0]": 1}

    def test_after__gives_what_comes_then(self, viewer: Client, talked: Workflow, run_url: Url) -> None:
        seqs = numbers(viewer.get(run_url(talked, "logs/")))
        assert numbers(viewer.get(run_url(talked, f"logs/?after={seqs[1]}"))) == seqs[2:]

    def test_odd_level__has_the_name_of_the_next_lower_one(
        self, viewer: Client, talked: Workflow, run_url: Url
    ) -> None:
        LogLine.objects.filter(workflow=talked, message="line 0").update(level=35)
        LogLine.objects.filter(workflow=talked, message="line 1").update(level=5)
        levels = {line["message"]: line["level"] for line in viewer.get(run_url(talked, "logs/")).json()["results"]}
        assert (levels["line 0"], levels["line 1"]) == ("warning", "debug")

    @pytest.mark.parametrize("query", ["level=loud", "after=x", "page_size=0", "q=x"])
    def test_bad_value__names_the_parameter(self, viewer: Client, talked: Workflow, run_url: Url, query: str) -> None:
        response = viewer.get(run_url(talked, f"logs/?{query}"))
        assert response.status_code == 400
        assert [item["attr"] for item in response.json()["errors"]] == [query.partition("=")[0]]
