"""Starting a workflow: the form of each schema, what is sent, what is refused and where, and what stays on record."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actor import SYSTEM
from audit.models import Entry, Surface
from tests.integration.console.run_pages import ACTIVE, text
from workflows.models import Definition, Plan, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.pages.start.form import StartForm
from workflows.pages.start.schema import Kind, shape_of
from workflows.states import RunState

ABSENT = object()
NULL = {"type": "null"}
COLOUR = {"$defs": {"Colour": {"enum": ["red", "green"], "title": "Colour", "type": "string"}}}


def url(name: str = "fire-drill", **query: Any) -> str:
    return reverse("console:start", args=[name], query=query or None)


def definition_with(schema: dict[str, Any], needed: bool = False) -> Definition:
    whole = {"type": "object", "properties": {"x": schema}, "additionalProperties": False, **COLOUR}
    return Definition(name="made-up", title="Made up", input_schema=whole | ({"required": ["x"]} if needed else {}))


def read(schema: dict[str, Any], typed: Any, *, needed: bool = False) -> Any:
    """What is sent for what was typed; ``None`` stands for a field that the browser leaves out."""
    form = StartForm(definition_with(schema, needed), {} if typed is None else {"input.x": typed})
    assert form.is_valid(), form.errors
    return form.asked().input.get("x", ABSENT)


# Each JSON-schema type: the kind of field, what is typed, and the value that is sent.
TYPES: list[tuple[dict[str, Any], Kind, Any, Any]] = [
    ({"type": "string"}, Kind.TEXT, "a b", "a b"),
    ({"type": "string"}, Kind.TEXT, " 1 ", " 1 "),
    ({"type": "string"}, Kind.TEXT, "", ABSENT),
    ({"type": "string", "default": "abc"}, Kind.TEXT, "", ""),
    ({"type": "string", "maxLength": 4000}, Kind.LONG_TEXT, "a\r\nb", "a\nb"),
    ({"type": "string", "format": "password"}, Kind.SECRET, "pw", "pw"),
    ({"type": "string", "format": "email"}, Kind.EMAIL, "a@b", "a@b"),
    ({"type": "string", "format": "uri"}, Kind.URL, "http://x", "http://x"),
    ({"type": "string", "format": "date"}, Kind.DATE, "2026-11-23", "2026-11-23"),
    ({"type": "string", "format": "time"}, Kind.TIME, "09:05", "09:05"),
    ({"type": "string", "format": "date-time"}, Kind.TEXT, "2026-11-23T09:05:00Z", "2026-11-23T09:05:00Z"),
    ({"type": "integer"}, Kind.NUMBER, "12", 12),
    ({"type": "integer"}, Kind.NUMBER, "123456789012345678901234567890", 123456789012345678901234567890),
    ({"type": "integer"}, Kind.NUMBER, "twelve", "twelve"),
    ({"type": "integer", "default": 5}, Kind.NUMBER, "", ABSENT),
    ({"type": "number"}, Kind.NUMBER, "0.5", 0.5),
    ({"type": "number"}, Kind.NUMBER, "NaN", "NaN"),
    ({"type": "number"}, Kind.NUMBER, "true", "true"),
    ({"type": "boolean", "default": True}, Kind.YES_NO, None, False),
    ({"type": "boolean", "default": False}, Kind.YES_NO, "on", True),
    ({"type": "boolean"}, Kind.YES_NO, "", ABSENT),
    ({"anyOf": [{"type": "boolean"}, NULL]}, Kind.YES_NO, "", None),
    ({"anyOf": [{"type": "boolean"}, NULL]}, Kind.YES_NO, "false", False),
    ({"enum": ["a", "b"]}, Kind.CHOICE, '"b"', "b"),
    ({"enum": [1, "1", None]}, Kind.CHOICE, "1", 1),
    ({"enum": [1, "1", None]}, Kind.CHOICE, '"1"', "1"),
    ({"enum": [1, "1", None]}, Kind.CHOICE, "null", None),
    ({"const": "only"}, Kind.CHOICE, '"only"', "only"),
    ({"$ref": "#/$defs/Colour"}, Kind.CHOICE, '"red"', "red"),
    ({"allOf": [{"$ref": "#/$defs/Colour"}], "default": "red"}, Kind.CHOICE, '"green"', "green"),
    ({"anyOf": [{"$ref": "#/$defs/Colour"}, NULL]}, Kind.CHOICE, "", None),
    ({"anyOf": [{"type": "string"}, NULL], "default": None}, Kind.TEXT, "", None),
    ({"anyOf": [{"type": "string"}, NULL], "default": None}, Kind.TEXT, "x", "x"),
    ({"type": ["integer", "null"]}, Kind.NUMBER, "", None),
    ({"type": ["integer", "null"]}, Kind.NUMBER, "3", 3),
    ({"oneOf": [{"type": "integer"}, NULL]}, Kind.NUMBER, "3", 3),
    ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, Kind.JSON, '"3"', "3"),
    ({"type": "array", "items": {"type": "string"}}, Kind.LINES, "a\r\n\r\n b", ["a", " b"]),
    ({"type": "array", "items": {"type": "string"}, "default": ["a"]}, Kind.LINES, "", []),
    ({"type": "array", "items": {"type": "integer"}}, Kind.LINES, "1\n2", [1, 2]),
    ({"type": "array", "items": {"type": "integer"}}, Kind.LINES, "1\ntwo", [1, "two"]),
    ({"type": "array", "items": {"enum": ["a", 1]}, "uniqueItems": True}, Kind.CHOICES, ['"a"', "1"], ["a", 1]),
    ({"type": "array", "items": {"enum": ["a", 1]}, "uniqueItems": True}, Kind.CHOICES, [], []),
    ({"type": "array", "items": {"type": "object"}}, Kind.JSON, '[{"a": 1}]', [{"a": 1}]),
    ({"type": "array"}, Kind.JSON, "[]", []),
    ({"type": "object", "properties": {"a": {"type": "integer"}}}, Kind.JSON, '{"a": 1}', {"a": 1}),
    ({}, Kind.JSON, "null", None),
    ({}, Kind.JSON, "", ABSENT),
]


@pytest.mark.parametrize(("schema", "kind", "typed", "sent"), TYPES)
def test_field__of_each_schema_type(schema: dict[str, Any], kind: Kind, typed: Any, sent: Any) -> None:
    assert shape_of(schema, COLOUR).kind is kind
    found = read(schema, typed)
    assert (found, type(found)) == (sent, type(sent))


@pytest.mark.parametrize("text", ["{", "NaN", "[1,]", "[" * 5000])
def test_field__refuses_what_is_no_json(text: str) -> None:
    form = StartForm(definition_with({"type": "object"}), {"input.x": text})
    assert not form.is_valid()
    assert "this is not JSON" in str(form.errors["input.x"])


@pytest.mark.parametrize(("schema", "value"), [
    ({"type": "string"}, "two\nlines"),
    ({"type": "array", "items": {"type": "string"}}, ["one", "with\nend", ""]),
    ({"type": "array", "items": {"type": "string"}}, ["one", " two"]),
    ({"type": "integer"}, 123456789012345678901234567890),
    ({"type": "number"}, 1e-9),
    ({"type": "boolean"}, True),
    ({"anyOf": [{"type": "boolean"}, NULL]}, None),
    ({"enum": [1, "1"]}, "1"),
    ({"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True}, ["b", "a"]),
    ({"type": "object"}, {"ż": [1, {"a": None}]}),
])  # fmt: skip
def test_field__gives_back_what_it_is_filled_in_with(schema: dict[str, Any], value: Any) -> None:
    definition = definition_with(schema)
    shown = StartForm(definition, like={"x": value})
    field = shown["input.x"]
    typed = field.initial if field.initial is not False else None
    again = StartForm(
        definition, {"input.x": typed.replace("\n", "\r\n") if isinstance(typed, str) else typed}, {"x": value}
    )
    assert again.is_valid(), again.errors
    assert again.asked().input == {"x": value}


def test_form__needed_text_that_is_empty_is_left_out() -> None:
    assert read({"type": "string"}, "", needed=True) is ABSENT
    assert read({"type": "boolean"}, None, needed=True) is False


def test_form__schema_that_it_cannot_express_is_one_text() -> None:
    definition = Definition(name="made-up", title="Made up", input_schema={"type": "object"})
    form = StartForm(definition, {"input": '{"a": [1]}'})
    assert form.is_valid()
    assert form.asked().input == {"a": [1]}


def test_form__recursive_schema_ends() -> None:
    tree = {"$ref": "#/$defs/Tree"}
    root = {"$defs": {"Tree": {"type": "object", "properties": {"below": tree}}, "Loop": {"$ref": "#/$defs/Loop"}}}
    assert shape_of(tree, root).kind is Kind.JSON
    assert shape_of({"$ref": "#/$defs/Loop"}, root).kind is Kind.JSON
    definition = Definition(name="t", title="T", input_schema={"properties": {"x": tree}, **root})
    assert StartForm(definition, like={"x": {"below": {}}}).initial["input.x"] == '{\n  "below": {}\n}'


@pytest.mark.parametrize("line", ["no colon"])
def test_labels__without_colon_are_refused_at_their_field(line: str) -> None:
    form = StartForm(definition_with({}), {"labels": line})
    assert not form.is_valid()
    assert "no colon" in str(form.errors["labels"])


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


def test_form__nul_reaches_no_database() -> None:
    form = StartForm(definition_with({"type": "string"}), {"start_key": "a\0b"})
    assert not form.is_valid()
    assert list(form.errors) == ["start_key"]
