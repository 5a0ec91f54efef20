"""Many runs at once, with and without JavaScript: ticked in the list, looked at, done, and read run by run."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from audit.actor import SYSTEM
from audit.models import Entry, Surface
from tests.integration.admin.conftest import ACTIVE
from tests.integration.bulk.conftest import MakeRuns, ask, make_runs, results, work_off
from workflows.models import BulkJob, Workflow
from workflows.models.bulk import BulkStatus
from workflows.operations.bulk.steer import BulkAct, steer_bulk
from workflows.states import Operation, RunState

__all__ = ["make_runs"]

PAUSE = "/runs/bulk/pause/"


@pytest.fixture
def operator(clients: dict[str, Client]) -> Client:
    return clients["operator"]


def text(response: Any, status: int = 200) -> str:
    html = unescape(response.content.decode())
    assert response.status_code == status, html
    assert not ACTIVE.search(html)
    return re.sub(r"\s+", " ", html)


def fields(html: str) -> dict[str, list[str]]:
    """What the form on a page would send besides what is typed."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html):
        if name not in ("csrfmiddlewaretoken", "next"):
            found.setdefault(name, []).append(value)
    return found


def tried() -> Any:
    """The entries of bulk operations; the trail tells of the registration of workflows too."""
    return Entry.objects.filter(operation_type="bulk_pause")


def ticked(runs: list[Workflow]) -> dict[str, Any]:
    """What the list sends without JavaScript."""
    return {"run": [str(run.pk) for run in runs], "matching": "", "filter": "status=running"}


def job_of(response: Any) -> BulkJob:
    assert response.status_code == 302, response.content.decode()
    return BulkJob.objects.get(pk=response["Location"].split("/")[2])


def test_ticked_runs__are_looked_at_then_paused_and_read_one_by_one(make_runs: MakeRuns, operator: Client) -> None:
    running, paused, failed = make_runs(3), make_runs(1, RunState.PAUSED), make_runs(1, RunState.FAILED)
    gone = make_runs(1)
    runs = running + paused + failed + gone
    Workflow.objects.filter(pk=gone[0].pk).delete()
    asked = text(operator.post(PAUSE, ticked(runs)))
    assert "Pause 6 runs" in asked
    assert "Pause 3 runs" in asked, "the button says how many would be done"
    assert "There is no such run any more." in asked
    assert "The run is failed, which does not allow pause" in asked
    assert not BulkJob.objects.exists(), "looking does nothing"
    assert not tried().exists()
    job = job_of(operator.post(PAUSE, {**fields(asked), "reason": "the supplier asked", "confirmed": "1"}))
    entry = tried().get()
    assert (entry.operation_id, entry.surface, entry.triggered_by) == (job.pk, Surface.WEB, "operator")
    assert entry.reason == "the supplier asked"
    before = text(operator.get(f"/bulk/{job.pk}/"))
    assert "0 of 6" in before
    assert "every 2s" in before
    work_off(job)
    assert results(job) == {"done": 3, "refused": 1, "already": 1, "gone": 1}
    after = text(operator.get(f"/bulk/{job.pk}/"))
    assert "6 of 6" in after
    assert "every 2s" not in after
    assert "the supplier asked" in after
    assert set(Entry.objects.filter(parent=job.pk).values_list("surface", flat=True)) == {Surface.WEB}
    refused = text(operator.get(f"/bulk/{job.pk}/?result=refused"))
    assert f"/runs/{failed[0].pk}/" in refused
    assert f"/runs/{running[0].pk}/" not in refused
    assert "forbidden_transition" in refused


def test_filter__goes_to_the_job_and_leaves_out_what_comes_later(make_runs: MakeRuns, operator: Client) -> None:
    runs = make_runs(3)
    make_runs(1, RunState.PAUSED)
    asked = text(operator.get(f"{PAUSE}?status=running&not_label=team:a"))
    assert "Pause 3 runs" in asked
    late = make_runs(1)
    Workflow.objects.filter(pk=late[0].pk).update(created_at=timezone.now())
    job = job_of(operator.post(PAUSE, {**fields(asked), "confirmed": "1"}))
    assert set(job.selection["filter"]) == {"status", "not_labels", "until"}
    assert set(job.items.values_list("workflow_id", flat=True)) == {run.pk for run in runs}
    shown = text(operator.get(f"/bulk/{job.pk}/"))
    assert "--filter status=running not_label=team:a" in shown
    assert '"filter": {"status": ["running"], "not_label": ["team:a"], "until":' in shown


def test_all_that_match__are_sent_as_the_filter_of_the_list(make_runs: MakeRuns, operator: Client) -> None:
    runs = make_runs(3)
    sent = {"run": [str(runs[0].pk)], "matching": "1", "filter": "status=running"}
    assert "Pause 3 runs" in text(operator.post(PAUSE, sent))


def test_way_back__leads_to_the_list_as_it_was(make_runs: MakeRuns, operator: Client) -> None:
    runs = make_runs(3)
    kept = fields(text(operator.get("/runs/?status=running&not_label=team:a&size=25")))["list"]
    back = 'href="/runs/?status=running&not_label=team%3Aa&size=25"'
    sent = {**ticked(runs), "list": kept}
    looked = text(operator.post(PAUSE, sent))
    assert back in looked
    again = {**fields(looked), "hold_until": "soon", "confirmed": "1"}
    assert back in text(operator.post(PAUSE, again), status=400), "of what is to be put right too"
    assert back in text(operator.post(PAUSE, {**sent, "matching": "1"})), "without the time until which runs are meant"
    assert operator.post(PAUSE, {"list": kept})["Location"] == back.removeprefix('href="').removesuffix('"')
    assert 'href="/runs/?status=running"' in text(operator.get(f"{PAUSE}?status=running"))


def test_way_back__is_no_other_than_the_list(make_runs: MakeRuns, operator: Client) -> None:
    sent = ticked(make_runs(1))
    for query in ("", "status=asleep&size=7&next=//elsewhere"):
        looked = text(operator.post(PAUSE, {**sent, "list": query}))
        assert '<a class="button closelink" href="/runs/?view=all">' in looked


@pytest.mark.parametrize("sent", [{}, {"matching": "1", "filter": ""}, {"matching": "", "filter": "status=idle"}])
def test_nothing_chosen__leads_back_to_the_list(make_runs: MakeRuns, operator: Client, sent: dict[str, str]) -> None:
    make_runs(1)
    page = operator.post(PAUSE, {**sent, "confirmed": "1"}, follow=True)
    assert page.redirect_chain == [("/runs/", 302)]
    assert "Tick the runs that are meant" in text(page)
    assert not BulkJob.objects.exists(), "an empty filter is never every run"


@pytest.mark.parametrize("sent", [{"run": "7"}, {"matching": "1", "filter": "status=asleep"}, {"like": "x"}])
def test_what_no_page_sends__is_refused(make_runs: MakeRuns, operator: Client, sent: dict[str, str]) -> None:
    make_runs(1)
    assert operator.post(PAUSE, sent).status_code == 400


@pytest.mark.parametrize("operation", ["skip_step", "replay_step", "dry_run", "burn"])
def test_other_operations__are_none_of_many_runs(make_runs: MakeRuns, operator: Client, operation: str) -> None:
    make_runs(1)
    assert operator.get(f"/runs/bulk/{operation}/?status=running").status_code == 404


def test_options__are_checked_and_shown_as_command(make_runs: MakeRuns, operator: Client) -> None:
    sent = ticked(make_runs(2))
    wrong = text(operator.post(PAUSE, {**sent, "hold_until": "soon", "confirmed": "1"}), status=400)
    assert not BulkJob.objects.exists()
    assert "Enter a valid date/time." in wrong
    right = operator.post(PAUSE, {**sent, "mode": "stop", "reason": "it's late", "confirmed": "1"})
    shown = text(operator.get(right["Location"]))
    assert "--mode stop" in shown
    assert job_of(right).options == {"mode": "stop"}


def test_dry_run__changes_nothing_and_can_be_done_then(make_runs: MakeRuns, operator: Client) -> None:
    runs = make_runs(2) + make_runs(1, RunState.FAILED)
    job = job_of(operator.post(PAUSE, {**ticked(runs), "look": "1"}))
    work_off(job)
    page = text(operator.get(f"/bulk/{job.pk}/"))
    assert "Dry run: Pause 3 runs" in page
    assert "would be done" in page
    assert "--preview" in page
    assert Workflow.objects.filter(status=RunState.PAUSED).count() == 0
    asked = text(operator.post(PAUSE, {"like": str(job.pk), "reason": ""}))
    assert "Pause 2 runs" in asked
    done = work_off(job_of(operator.post(PAUSE, {**fields(asked), "confirmed": "1"})))
    assert results(done) == {"done": 2, "refused": 1}


def test_steering__by_buttons(make_runs: MakeRuns, operator: Client) -> None:
    job = ask("pause", make_runs(3) + make_runs(1, RunState.FAILED))
    page = text(operator.get(f"/bulk/{job.pk}/"))
    assert f'formaction="/bulk/{job.pk}/pause/"' in page
    assert f'formaction="/bulk/{job.pk}/resume/"' not in page
    operator.post(f"/bulk/{job.pk}/pause/", {"reason": "wait"})
    assert BulkJob.objects.get().status == BulkStatus.PAUSED
    assert Entry.objects.get(operation_type="bulk_job_pause").surface == Surface.WEB
    refused = operator.post(f"/bulk/{job.pk}/pause/", follow=True)
    assert "The bulk operation is paused, which does not allow pause" in text(refused)
    operator.post(f"/bulk/{job.pk}/resume/")
    work_off(job)
    again = job_of(operator.post(f"/bulk/{job.pk}/retry-failed/"))
    assert (again.retry_of_id, again.items.count()) == (job.pk, 1)
    assert f"/bulk/{job.pk}/" in text(operator.get(f"/bulk/{again.pk}/"))
    operator.post(f"/bulk/{again.pk}/cancel/")
    assert BulkJob.objects.get(pk=again.pk).status == BulkStatus.CANCELLED
    assert operator.get(f"/bulk/{job.pk}/cancel/").status_code == 405
    assert operator.post(f"/bulk/{job.pk}/burn/").status_code == 404
    assert operator.post(f"/bulk/{uuid4()}/pause/").status_code == 404
    assert operator.get(f"/bulk/{uuid4()}/").status_code == 404


def test_job__is_drawn_anew_alone(make_runs: MakeRuns, operator: Client) -> None:
    job = work_off(ask("pause", make_runs(1)))
    region = operator.get(f"/bulk/{job.pk}/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="bulk")
    assert text(region).strip().startswith('<section id="bulk"')


def test_results__are_paged(make_runs: MakeRuns, operator: Client) -> None:
    job = work_off(ask("pause", make_runs(60)))
    first = text(operator.get(f"/bulk/{job.pk}/?result=done"))
    (further,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = text(operator.get(further))
    pages = [set(re.findall(r'href="/runs/([0-9a-f-]{36})/"', page)) for page in (first, second)]
    assert [len(page) for page in pages] == [50, 10]
    assert not pages[0] & pages[1]
    assert 'rel="prev"' in second


def test_list__tells_of_all_jobs(make_runs: MakeRuns, operator: Client) -> None:
    assert "No operation on many runs" in text(operator.get("/bulk/"))
    make_runs(2)
    job = ask("pause", filter={"status": [RunState.RUNNING]}, reason="the move", dry_run=True)
    page = text(operator.get("/bulk/"))
    assert f"/bulk/{job.pk}/" in page
    assert "the move" in page
    assert operator.get("/bulk/?after=nonsense").status_code == 200


ROLES = {"viewer": (200, 403, 403), "operator": (200, 302, 302), "outsider": (403, 403, 403)}


@pytest.mark.parametrize("name", ROLES)
def test_roles(make_runs: MakeRuns, clients: dict[str, Client], name: str) -> None:
    job, sent = ask("pause", make_runs(2)), ticked(make_runs(2))
    client = clients[name]
    looks = [client.get("/bulk/"), client.get(f"/bulk/{job.pk}/"), client.post(PAUSE, sent)]
    asks, steers = client.post(PAUSE, {**sent, "confirmed": "1"}), client.post(f"/bulk/{job.pk}/pause/")
    assert ([look.status_code for look in looks], asks.status_code, steers.status_code) == (
        [ROLES[name][0]] * 3, *ROLES[name][1:]
    )  # fmt: skip


def test_viewer__sees_why_not_and_may_try(make_runs: MakeRuns, clients: dict[str, Client]) -> None:
    sent = ticked(make_runs(2))
    viewer = clients["viewer"]
    described = r'disabled aria-describedby="([\w-]+)">Pause</button> <small id="\1">You lack the permission'
    assert re.search(described, text(viewer.get("/runs/"))), "in words, not as a tooltip that only a mouse finds"
    page = text(viewer.post(PAUSE, sent))
    assert "takes the permission workflows.can_pause, which you do not have" in page
    assert 'name="confirmed"' not in page
    viewer.post(PAUSE, {**sent, "confirmed": "1"})
    assert tried().get().reason_code == "permission_denied", "the try is on record"
    job = work_off(job_of(viewer.post(PAUSE, {**sent, "look": "1"})))
    assert results(job) == {"refused": 2}, "of what they may not do, each run says so"


def test_viewer__sees_why_a_job_is_not_theirs_to_steer(make_runs: MakeRuns, clients: dict[str, Client]) -> None:
    page = text(clients["viewer"].get(f"/bulk/{ask('pause', make_runs(1)).pk}/"))
    assert re.search(r'disabled aria-describedby="([\w-]+)">Cancel the rest</button> <small id="\1">\S+', page)


@pytest.mark.parametrize("status", list(BulkStatus))
def test_every_state_of_a_job__has_its_page(
    make_runs: MakeRuns, operator: Client, people: dict[str, User], status: BulkStatus
) -> None:
    job = ask("retry", make_runs(1))
    BulkJob.objects.filter(pk=job.pk).update(status=status)
    text(operator.get(f"/bulk/{job.pk}/"))


def test_cost__of_a_page_does_not_grow_with_the_job(
    make_runs: MakeRuns, operator: Client, django_assert_max_num_queries: Any
) -> None:
    jobs = [ask("pause", make_runs(number)) for number in (2, 200)]
    steer_bulk(SYSTEM, jobs[0].pk, BulkAct.PAUSE)
    for job in jobs:
        operator.get(f"/bulk/{job.pk}/")
        with django_assert_max_num_queries(11):
            operator.get(f"/bulk/{job.pk}/")


@pytest.mark.parametrize("operation", [Operation.START, Operation.RESUME, Operation.CANCEL, Operation.RETRY])
def test_each_operation__has_its_page(make_runs: MakeRuns, operator: Client, operation: Operation) -> None:
    make_runs(2)
    text(operator.get(f"/runs/bulk/{operation}/?not_status=idle"))
