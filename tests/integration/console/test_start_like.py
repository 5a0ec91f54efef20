"""Starting a run like another one: what is filled in, and what is not sent back."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from audit.actor import SYSTEM
from tests.integration.console.start_pages import url
from workflows.models import Definition, Plan, Workflow
from workflows.operations.create import NewRun, create_run


@pytest.fixture
def secretive(clients: dict[str, Client]) -> Definition:
    """A workflow that takes a secret, beside what may be seen; its texts try to be markup."""
    schema = {
        "type": "object",
        "properties": {
            "host": {"type": "string", "title": "<script>alert(1)</script>", "description": "<img src=x onerror=a>"},
            "password": {"type": "string", "format": "password", "default": "built-in"},
            "login": {"$ref": "#/$defs/Login"},
        },
        "$defs": {"Login": {"type": "object", "properties": {"key": {"type": "string", "format": "password"}}}},
    }
    plan = Plan.objects.create(checksum="x", graph={"nodes": {}, "output": None})
    return Definition.objects.create(
        name="secretive", version=1, title="<script>t</script>", description="<b>d</b>", checksum="x",
        source="nowhere:nothing", plan=plan, input_schema=schema,
    )  # fmt: skip


@pytest.fixture
def secret_run(secretive: Definition) -> Workflow:
    given = {"host": "<script>h</script>", "password": "hunter2", "login": {"key": "hunter3"}}
    return Workflow.objects.create(
        definition=secretive, definition_name="secretive", plan=secretive.plan, input=given, priority=7,
        labels={"<i>k</i>": "<script>v</script>"}, created_at="2026-11-23T09:05:00Z",
    )  # fmt: skip


def test_like__fills_in_all_but_secrets(clients: dict[str, Client], secret_run: Workflow) -> None:
    answer = clients["operator"].get(url("secretive", like=secret_run.pk))
    page = answer.content.decode()
    assert answer.context["form"]["input.host"].initial == "<script>h</script>"
    assert answer.context["form"]["priority"].initial == 7
    assert "&lt;i&gt;k&lt;/i&gt;: &lt;script&gt;v&lt;/script&gt;" in page
    for secret in ("hunter2", "hunter3", "built-in"):
        assert secret not in page


def test_page__escapes_what_others_wrote(clients: dict[str, Client], secret_run: Workflow) -> None:
    for address in (url("secretive", like=secret_run.pk), reverse("console:definitions"), "/"):
        raw = clients["operator"].get(address).content.decode()
        for smuggled in ("<script>alert", "<script>h", "<script>v", "<script>t", "<img src=x", "<b>d", "<i>k"):
            assert smuggled not in raw, (address, smuggled)


def test_secret__is_not_sent_back(clients: dict[str, Client], secretive: Definition) -> None:
    given = {"input.host": "h", "input.password": "hunter2", "input.login": '{"key": "hunter3"}', "priority": "9999"}
    answer = clients["operator"].post(url("secretive"), given | {"dry_run": "1"})
    assert "hunter2" not in answer.content.decode()
    assert "hunter3" not in answer.context["command"] + answer.context["curl"]


@pytest.mark.usefixtures("flows")
def test_like__of_another_workflow_leads_there(clients: dict[str, Client]) -> None:
    run = create_run(SYSTEM, NewRun("fan", start=False)).run
    answer = clients["operator"].get(url(like=run.pk))
    assert answer["Location"] == f"{url('fan')}?like={run.pk}"


@pytest.mark.usefixtures("flows")
@pytest.mark.parametrize("like", ["nonsense", "01890000-0000-7000-8000-000000000000"])
def test_like__of_no_run(clients: dict[str, Client], like: str) -> None:
    assert clients["operator"].get(url(like=like)).status_code == 404


@pytest.mark.usefixtures("flows")
def test_like__is_hidden_from_who_may_not_see_runs(clients: dict[str, Client], people: dict[str, User]) -> None:
    run = create_run(SYSTEM, NewRun("fan", start=False)).run
    user = User.objects.get(username="outsider")
    user.user_permissions.set(Permission.objects.filter(codename="view_definition"))
    assert clients["outsider"].get(url("fan")).status_code == 200
    assert clients["outsider"].get(url("fan", like=run.pk)).status_code == 404
