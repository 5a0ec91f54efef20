"""Starting a workflow: the form of each schema, what is sent, what is refused and where, and what stays on record."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actor import SYSTEM
from audit.models import Entry, Surface
from tests.integration.console.run_pages import ACTIVE, text
from tests.integration.console.start_pages import url
from workflows.models import Definition, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.states import RunState


@pytest.mark.usefixtures("flows")
def test_list__shows_each_workflow_with_its_last_runs(clients: dict[str, Client]) -> None:
    for _number in range(10):
        create_run(SYSTEM, NewRun("fan", start=False))
    with CaptureQueriesContext(connection) as captured:
        page = text(clients["operator"], reverse("console:definitions"))
    assert len(captured) <= 6
    assert page.count('class="state state-idle"') == 8
    for definition in Definition.objects.filter(is_current=True):
        assert definition.title in page
        assert url(definition.name) in page
    assert not ACTIVE.search(page)


@pytest.mark.usefixtures("flows")
def test_list__viewer_sees_why_nothing_can_be_started(clients: dict[str, Client]) -> None:
    page = text(clients["viewer"], reverse("console:definitions"))
    assert "Starting takes the permission workflows.can_start" in page
    assert "disabled" in page


def test_list__tells_what_to_do_when_nothing_is_registered(clients: dict[str, Client]) -> None:
    assert "No workflow is registered yet." in text(clients["viewer"], reverse("console:definitions"))


@pytest.mark.usefixtures("flows")
@pytest.mark.parametrize(("who", "status"), [("viewer", 200), ("operator", 200), ("admin", 200), ("outsider", 403)])
def test_page__by_role(clients: dict[str, Client], who: str, status: int) -> None:
    assert clients[who].get(url()).status_code == status
    assert clients[who].get(reverse("console:definitions")).status_code == status


@pytest.mark.usefixtures("flows")
def test_page__shows_defaults_bounds_help_and_what_is_required(clients: dict[str, Client]) -> None:
    page = text(clients["operator"], url())
    assert 'name="input.steps" value="5"' in page
    assert 'max="1000"' in page
    assert "Practise on a chain of steps" in page
    needed = text(clients["operator"], url("document-ingest"))
    assert needed.count('class="needed"') == 1
    assert not ACTIVE.search(page)


@pytest.mark.usefixtures("flows")
def test_page__costs_few_statements(clients: dict[str, Client]) -> None:
    with CaptureQueriesContext(connection) as captured:
        clients["operator"].get(url())
    assert len(captured) <= 5


def test_page__of_no_workflow(clients: dict[str, Client]) -> None:
    assert clients["operator"].get(url("nothing")).status_code == 404


@pytest.mark.usefixtures("flows")
def test_start__sends_what_was_typed_and_stays_on_record_once(clients: dict[str, Client]) -> None:
    given = {
        "input.steps": "2",
        "input.seconds": "0.5",
        "input.width": "1",
        "input.fail_at": "",
        "input.fail_times": "0",
    }
    more = {"labels": "team: a\nnight:yes: really", "priority": "-3", "reason": "trying", "start_key": "k1"}
    answer = clients["operator"].post(url(), given | more)
    run = Workflow.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("console:run", args=[run.pk])
    assert run.input == {"steps": 2, "seconds": 0.5, "width": 1, "fail_at": "", "fail_times": 0}
    assert run.labels == {"team": "a", "night": "yes: really"}
    assert (run.priority, run.start_key, run.status) == (-3, "k1", RunState.RUNNING)
    entry = Entry.objects.get(surface=Surface.WEB)
    assert (entry.surface, entry.operation_type, entry.reason) == ("web", "start", "trying")
    assert (entry.triggered_by, entry.resource_id) == ("operator", str(run.pk))
    assert "The run was started." in text(clients["operator"], answer["Location"])


@pytest.mark.usefixtures("flows")
def test_start__only_creates_where_told_so(clients: dict[str, Client]) -> None:
    clients["operator"].post(url("fan"), {"only_create": "on"})
    assert Workflow.objects.get().status == RunState.IDLE


@pytest.mark.usefixtures("flows")
def test_start__same_key_leads_to_the_first_run(clients: dict[str, Client]) -> None:
    answers = [clients["operator"].post(url("fan"), {"start_key": "once"}) for _number in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Workflow.objects.count() == 1
    assert "there is no second one" in text(clients["operator"], answers[1]["Location"])


# Every refusal: what is typed, the field that says so, and a part of what it says.
REFUSALS = [
    ({"input.steps": "-1"}, "input.steps", "too small"),
    ({"input.steps": "1001"}, "input.steps", "too large"),
    ({"input.steps": "many"}, "input.steps", "a whole number"),
    ({"input.steps": "1.5"}, "input.steps", "a whole number"),
    ({"input.seconds": "soon"}, "input.seconds", "a number"),
    ({"input.fail_at": "x" * 101}, "input.fail_at", "too large"),
    ({"input.fail_at": "nowhere"}, "input.fail_at", "has no step"),
    ({"priority": "2000"}, "priority", "from −1000 to 1000"),
    ({"priority": "high"}, "priority", "whole number"),
    ({"start_key": "k" * 201}, "start_key", "1 to 200"),
    ({"labels": "key"}, "labels", "no colon"),
    ({"labels": f"{'k' * 101}: v"}, "labels", "32 pairs"),
    ({"reason": "\0"}, "reason", "Null characters"),
]


@pytest.mark.usefixtures("flows")
@pytest.mark.parametrize(("given", "field", "words"), REFUSALS)
def test_start__refusal_stands_at_its_field(
    clients: dict[str, Client], given: dict[str, str], field: str, words: str
) -> None:
    answer = clients["operator"].post(url(), given)
    assert answer.status_code == 400
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert words in str(form.errors[field])
    assert Workflow.objects.count() == 0
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    assert 'aria-invalid="true"' in page


@pytest.mark.usefixtures("flows")
def test_start__missing_field_is_named(clients: dict[str, Client]) -> None:
    form = clients["operator"].post(url("document-ingest"), {}).context["form"]
    assert form.errors["input.folder"] == ["this field is required"]


@pytest.mark.usefixtures("flows")
def test_start__without_permission_is_refused_and_on_record(clients: dict[str, Client]) -> None:
    answer = clients["viewer"].post(url("fan"), {})
    assert answer.status_code == 403
    assert Workflow.objects.count() == 0
    entry = Entry.objects.get(surface=Surface.WEB)
    assert (entry.result, entry.reason_code, entry.surface) == ("failure", "permission_denied", "web")


@pytest.mark.usefixtures("flows")
def test_dry_run__shows_steps_without_script_and_as_a_region(clients: dict[str, Client]) -> None:
    given = {"input.steps": "1", "dry_run": "1"}
    page = clients["viewer"].post(url(), given)
    assert page.status_code == 200
    assert "No changes made." in page.content.decode()
    assert "step-1" in page.content.decode()
    part = clients["viewer"].post(url(), given, headers={"HX-Request": "true", "HX-Target": "dry-run"})
    assert "<form" not in part.content.decode()
    assert "step-1" in part.content.decode()
    assert Workflow.objects.count() == 0
    assert [entry.operation_type for entry in Entry.objects.filter(surface=Surface.WEB)] == ["dry_run"] * 2


@pytest.mark.usefixtures("flows")
def test_dry_run__names_what_is_refused(clients: dict[str, Client]) -> None:
    part = clients["viewer"].post(
        url(), {"input.steps": "-1", "dry_run": "1"}, headers={"HX-Request": "true", "HX-Target": "dry-run"}
    )
    assert part.status_code == 200
    assert "too small" in part.content.decode()
    assert 'href="#id_input.steps"' in part.content.decode()


@pytest.mark.usefixtures("flows")
def test_ways__are_the_same_start(clients: dict[str, Client]) -> None:
    given = {"input.steps": "1", "labels": "a: b c", "priority": "-3", "only_create": "on", "dry_run": "1"}
    context = clients["operator"].post(url(), given).context
    assert context["command"].startswith('python manage.py workflow start fire-drill --input-json \'{"steps": 1')
    assert "--label 'a=b c' --priority=-3 --no-start" in context["command"]
    assert '"labels": {"a": "b c"}, "priority": -3, "start": false}' in context["curl"]
    assert "http://testserver/api/v1/workflows/" in context["curl"]
