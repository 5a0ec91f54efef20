"""Pages of one row: what they show, how they lead on, and what they cost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.driver import Driver
from tests.integration.admin.conftest import ACTIVE, NAMES, list_url, page_url, statements
from workflows.admin.read_only import ReadOnlyInline
from workflows.models import Artifact, Attempt, Session, Step, Workflow
from workflows.states import RunState


def test_run__shows_its_values_escaped(driver: Driver, viewer: Client) -> None:
    run = driver.work_off(driver.start("fetch-and-store", url="<script>alert(1)</script>"))
    page = viewer.get(page_url(run)).content.decode()
    assert "&quot;url&quot;: &quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot;" in page
    assert "<script>alert(1)" not in page
    assert "&quot;stored&quot;: [\n    &quot;ONE&quot;" in page


def test_state__is_told_by_icon_and_word(viewer: Client, idle_runs: Callable[..., Any]) -> None:
    for status in RunState:
        (run,) = idle_runs(1)
        Workflow.objects.filter(pk=run.pk).update(status=status)
        for url in (page_url(run), list_url("workflows_workflow")):
            page = viewer.get(url).content.decode()
            assert re.search(
                rf'<span class="state state-{status}"><span class="state-icon" aria-hidden="true">\S+</span> {status}<',
                page,
            )


def test_run__leads_to_its_steps_and_they_back(driver: Driver, viewer: Client) -> None:
    run = driver.work_off(driver.start("fetch-and-store", url="x"))
    step = Step.objects.get(workflow=run, key="report")
    attempt = Attempt.objects.get(step=step)
    page = viewer.get(page_url(run)).content.decode()
    assert page_url(step) in page
    for name, count in (("step", "10 steps"), ("event", "22 events"), ("logline", "0 log lines")):
        assert f'href="{list_url(f"workflows_{name}")}?run={run.pk}">{count}</a>' in page
    page = viewer.get(page_url(step)).content.decode()
    assert page_url(run) in page
    assert page_url(attempt) in page
    assert page_url(Session.objects.get()) in page
    page = viewer.get(page_url(attempt)).content.decode()
    assert page_url(run) in page
    assert page_url(step) in page


def test_failed_attempt__shows_its_traceback(driver: Driver, viewer: Client) -> None:
    run = driver.work_off(driver.start("hopeless"))
    attempt = Attempt.objects.get(workflow=run)
    page = viewer.get(page_url(attempt)).content.decode()
    assert "PermanentError: no use" in page
    assert "no use" in viewer.get(page_url(attempt.step)).content.decode()


def test_run__leads_to_its_files(viewer: Client, idle_runs: Callable[..., Any]) -> None:
    (run,) = idle_runs(1)
    Artifact.objects.create(
        workflow=run, name="report.html", step="report", content_type="text/html", size=1, content=b"x"
    )
    assert reverse("api-run-artifact", args=[run.pk, "report.html"]) in viewer.get(page_url(run)).content.decode()


def test_worker__shows_what_it_runs(driver: Driver, viewer: Client) -> None:
    run = driver.start("chain-of-ten")
    claim = driver.claim(run)
    assert claim is not None
    page = viewer.get(page_url(Session.objects.get(pk=claim.session_id))).content.decode()
    assert page_url(Step.objects.get(pk=claim.step_id)) in page
    assert "alive" in page


def test_statements__are_as_many_for_fifty_steps_as_for_five(viewer: Client, idle_runs: Callable[..., Any]) -> None:
    (run,) = idle_runs(1)
    few = statements(viewer, page_url(run))
    Step.objects.bulk_create(Step(workflow=run, key="more", index=index, task="a:b") for index in range(50))
    many = statements(viewer, page_url(run))
    assert len(few) == len(many)


def test_statements__are_as_many_for_many_attempts_as_for_one(driver: Driver, viewer: Client) -> None:
    run = driver.work_off(driver.start("flaky", attempts=1))
    one = statements(viewer, page_url(Step.objects.get(workflow=run)))
    run = driver.work_off(driver.start("flaky", attempts=4))
    four = statements(viewer, page_url(Step.objects.get(workflow=run)))
    assert Attempt.objects.filter(workflow=run).count() == 4
    assert len(one) == len(four)


def test_steps_in_the_page__are_the_first_ones(
    viewer: Client, idle_runs: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ReadOnlyInline, "at_most", 10)
    (run,) = idle_runs(1)
    Step.objects.bulk_create(Step(workflow=run, key="more", index=index, task="a:b") for index in range(50))
    page = viewer.get(page_url(run)).content.decode()
    shown = [step.wire_id for step in Step.objects.filter(workflow=run).order_by("id") if page_url(step) in page]
    assert shown == ["numbers", "double", "total", *(f"more[{index}]" for index in range(7))]


def test_history__tells_what_changed_and_by_which_operation(worked: Workflow, viewer: Client) -> None:
    response = viewer.get(reverse("admin:workflows_workflow_history", args=[worked.pk]))
    page = " ".join(response.content.decode().split())
    assert "<strong>State:</strong> idle → running" in page
    assert "<strong>State:</strong> running → completed" in page
    operation = worked.history.earliest().history_change_reason  # type: ignore[attr-defined]
    assert reverse("admin:audit_entry_change", args=[operation]) in page
    assert "3 versions" in page
    assert re.search(r"<strong>Started:</strong> – → \d{4}-\d\d-\d\d \d\d:\d\d:\d\d<", page)
    assert "Revert" not in page


def test_history_of_a_definition__is_there(worked: Workflow, viewer: Client) -> None:
    response = viewer.get(reverse("admin:workflows_definition_history", args=[worked.definition_id]))
    assert "1 version" in response.content.decode()


@pytest.mark.parametrize("key", ["0", "x", "00000000-0000-0000-0000-000000000000"])
def test_history_of_nothing__is_not_found(viewer: Client, key: str) -> None:
    assert viewer.get(reverse("admin:workflows_workflow_history", args=[key])).status_code == 404


def test_pages__carry_no_script_style_or_handler_of_their_own(worked: Workflow, viewer: Client) -> None:
    urls = [list_url(name) for name in NAMES] + [page_url(worked), page_url(worked.definition)]
    urls += [page_url(Step.objects.get(workflow=worked)), page_url(Attempt.objects.get(workflow=worked))]
    urls += [reverse("admin:workflows_workflow_history", args=[worked.pk])]
    for url in urls:
        page = viewer.get(url).content.decode()
        assert not ACTIVE.findall(page), url
        assert "workflows/admin.css" in page, url
