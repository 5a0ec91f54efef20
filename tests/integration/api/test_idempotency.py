"""The ``Idempotency-Key`` header: once, whatever is sent again, at once, or after a crash."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.utils import timezone

from audit.actor import SYSTEM
from audit.models import Entry
from tests.driver import Driver
from tests.integration.test_races import at_once
from workflows import clock
from workflows.api import idempotency
from workflows.api.views import operations
from workflows.models import IdempotencyKey, Workflow
from workflows.operations.idempotency import KEPT, PATIENCE
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import Operation, RunState

PAUSE = "/api/v1/workflow/operations/pause"
RESUME = "/api/v1/workflow/operations/resume"
RUNS = "/api/v1/workflows/"

Send = Callable[..., Any]
CrashAt = Callable[[Any, str], AbstractContextManager[None]]


class Crash(BaseException):
    """The process ends here."""


@pytest.fixture
def send(api_operator: Client) -> Send:
    """Post JSON as the operator, under a key."""

    def post(url: str, body: Any, key: str = "k", client: Client = api_operator) -> Any:
        return client.post(url, body, content_type="application/json", headers={"idempotency-key": key})

    return post


@pytest.fixture
def run(driver: Driver) -> Workflow:
    return driver.start("chain-of-ten")


@pytest.fixture
def body(run: Workflow) -> dict[str, Any]:
    return {"workflow_id": str(run.pk), "metadata": {"a": 1}}


@pytest.fixture
def crash_at(monkeypatch: pytest.MonkeyPatch) -> CrashAt:
    """Let the process die at a function, within a ``with``: nothing after that is done either."""

    def die(*_arguments: Any, **_options: Any) -> Any:
        raise Crash

    @contextmanager
    def crashing(module: Any, name: str) -> Iterator[None]:
        with monkeypatch.context() as patch, pytest.raises(Crash):  # noqa: PT012 (the caller's statement raises it)
            patch.setattr(module, name, die)
            patch.setattr(idempotency, "release", die)
            yield

    return crashing


def wait_long_enough() -> None:
    IdempotencyKey.objects.update(taken_at=timezone.now() - PATIENCE - timedelta(seconds=1))


def successes() -> int:
    return Entry.objects.filter(operation_type="pause", result="success").count()


class TestSentAgain:
    def test_answer__is_the_first_word_for_word(self, send: Send, body: Any, driver: Driver, run: Workflow) -> None:
        first = send(PAUSE, body)
        send(RESUME, {"workflow_id": str(run.pk)}, "other")
        second = send(PAUSE, body)
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert first.headers["content-type"] == second.headers["content-type"] == "application/json"
        assert driver.again(run).status == RunState.RUNNING
        assert successes() == 1

    def test_key__is_the_operation_s(self, send: Send, body: Any) -> None:
        answer = send(PAUSE, body).json()
        assert str(IdempotencyKey.objects.get().operation_id) == answer["operation_id"]

    def test_refusal__is_kept_too(self, send: Send, body: Any, run: Workflow) -> None:
        first = send(RESUME, body)
        perform(SYSTEM, Request(Operation.PAUSE, run.pk))
        second = send(RESUME, body)
        assert first.status_code == second.status_code == 409
        assert first.content == second.content
        assert Entry.objects.filter(operation_type="resume").count() == 1

    def test_problem__is_kept_too(self, send: Send, body: Any) -> None:
        first, second = (send(PAUSE, {**body, "mode": "gently"}) for _try in range(2))
        assert first.status_code == second.status_code == 400
        assert first.content == second.content
        assert first.headers["content-type"] == second.headers["content-type"] == "application/problem+json"

    def test_run__is_created_once(self, send: Send, flows: None) -> None:
        first, second = (send(RUNS, {"definition": "fan", "start": False}) for _try in range(2))
        assert first.status_code == second.status_code == 201
        assert first.content == second.content
        assert Workflow.objects.count() == 1

    def test_path_form__is_kept_too(self, send: Send, run: Workflow) -> None:
        url = f"/api/v1/workflow/control/workflow/{run.pk}/step/add-one/skip_step"
        first, second = send(url, {}), send(f"{url}/", {})
        assert first.status_code == 200
        assert first.content == second.content
        assert Entry.objects.filter(operation_type="skip_step").count() == 1

    def test_order_of_names__does_not_matter(self, send: Send, body: Any) -> None:
        assert send(PAUSE, body).content == send(PAUSE, dict(reversed(body.items()))).content

    @pytest.mark.parametrize(("url", "more"), [(PAUSE, {"mode": "stop"}), (RESUME, {})])
    def test_something_else__is_409(self, send: Send, body: Any, url: str, more: Any, run: Workflow) -> None:
        send(PAUSE, body)
        response = send(url, {**body, **more})
        assert response.status_code == 409
        assert response.headers["content-type"] == "application/problem+json"
        assert [error["code"] for error in response.json()["errors"]] == ["idempotency_key_reused"]
        assert Workflow.objects.get().status == RunState.PAUSED

    def test_key__is_one_user_s(self, send: Send, body: Any, clients: dict[str, Client]) -> None:
        first = send(PAUSE, body)
        second = send(PAUSE, body, client=clients["admin"])
        assert (first.status_code, second.status_code) == (200, 409)
        assert second.json()["reason_code"] == "forbidden_transition"

    @pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
    def test_unusable_key__is_400_and_nothing_happens(self, send: Send, body: Any, key: str) -> None:
        response = send(PAUSE, body, key)
        assert response.status_code == 400
        assert [error["attr"] for error in response.json()["errors"]] == ["Idempotency-Key"]
        assert Workflow.objects.get().status == RunState.RUNNING

    @pytest.mark.parametrize("key", ["x" * 200, "é ~!"])
    def test_usable_key__is_any_printable_text(self, send: Send, body: Any, key: str) -> None:
        assert send(PAUSE, body, key).status_code == 200

    def test_without_a_key__nothing_is_kept(self, api_operator: Client, body: Any) -> None:
        statuses = [api_operator.post(PAUSE, body, content_type="application/json").status_code for _try in range(2)]
        assert statuses == [200, 409]
        assert not IdempotencyKey.objects.exists()


def test_old_keys__are_forgotten(send: Send, body: Any) -> None:
    send(PAUSE, body)
    clock.tick()
    assert IdempotencyKey.objects.count() == 1
    IdempotencyKey.objects.update(created_at=timezone.now() - KEPT - timedelta(seconds=1))
    clock.tick()
    assert not IdempotencyKey.objects.exists()


def test_at_once__it_happens_once(body: Any, people: dict[str, User], send: Send, run: Workflow) -> None:
    for number in range(8):
        clients = [Client() for _client in range(5)]
        for client in clients:
            client.force_login(people["operator"])
        answers = at_once(*[lambda one=client, key=f"{number}": send(PAUSE, body, key, one) for client in clients])
        done = [answer for answer in answers if answer.status_code == 200]
        waiting = [answer for answer in answers if answer.status_code == 409]
        assert len(done) + len(waiting) == 5
        assert len({answer.content for answer in done}) == 1
        assert {answer.json()["reason_code"] for answer in waiting} <= {"operation_in_progress"}
        assert successes() == number + 1
        perform(SYSTEM, Request(Operation.RESUME, run.pk))


class TestCrash:
    def test_after_the_operation__what_happened_is_told(
        self, send: Send, body: Any, driver: Driver, run: Workflow, crash_at: CrashAt
    ) -> None:
        with crash_at(idempotency, "keep"):
            send(PAUSE, body)
        assert driver.again(run).status == RunState.PAUSED
        perform(SYSTEM, Request(Operation.RESUME, run.pk))

        early = send(PAUSE, body)
        assert (early.status_code, early.json()["reason_code"]) == (409, "operation_in_progress")
        assert early.headers["retry-after"] == "1"

        wait_long_enough()
        late, again = send(PAUSE, body), send(PAUSE, body)
        assert late.status_code == 200
        assert late.content == again.content
        answer = late.json()
        assert (answer["status"], answer["reason_code"]) == ("paused", "operation_completed")
        assert answer["metadata"] == {"a": 1}
        assert Entry.objects.get(operation_type="pause").operation_id.hex == answer["operation_id"].replace("-", "")
        assert driver.again(run).status == RunState.RUNNING

    def test_after_a_refusal__it_is_told(self, send: Send, body: Any, crash_at: CrashAt) -> None:
        with crash_at(idempotency, "keep"):
            send(RESUME, body)
        wait_long_enough()
        late = send(RESUME, body)
        assert (late.status_code, late.json()["reason_code"]) == (409, "forbidden_transition")
        assert "running" in late.json()["message"]
        assert Entry.objects.filter(operation_type="resume").count() == 1

    def test_before_the_operation__it_happens_then(
        self, send: Send, body: Any, driver: Driver, run: Workflow, crash_at: CrashAt
    ) -> None:
        with crash_at(operations, "perform"):
            send(PAUSE, body)
        assert driver.again(run).status == RunState.RUNNING
        assert send(PAUSE, body).status_code == 409
        wait_long_enough()
        assert send(PAUSE, body).status_code == 200
        assert successes() == 1

    def test_creation__is_told(self, send: Send, driver: Driver, crash_at: CrashAt) -> None:
        with crash_at(idempotency, "keep"):
            send(RUNS, {"definition": "fan"})
        wait_long_enough()
        response = send(RUNS, {"definition": "fan"})
        assert (response.status_code, response.json()["id"]) == (201, str(Workflow.objects.get().pk))

    def test_refused_creation__is_told(self, send: Send, driver: Driver, crash_at: CrashAt) -> None:
        with crash_at(idempotency, "keep"):
            send(RUNS, {"definition": "nope"})
        wait_long_enough()
        response = send(RUNS, {"definition": "nope"})
        assert (response.status_code, response.json()["reason_code"]) == (404, "resource_not_found")
        assert Entry.objects.filter(resource_type="workflow").count() == 1

    def test_dry_run__is_made_again(self, send: Send, body: Any, crash_at: CrashAt) -> None:
        url = PAUSE.replace("pause", "dry-run")
        with crash_at(idempotency, "keep"):
            send(url, body)
        wait_long_enough()
        answer = send(url, body).json()
        assert answer["metadata"]["simulated_actions"]
        assert "No changes made" in answer["message"]

    def test_failure_of_the_portal__can_be_sent_again_at_once(
        self, send: Send, body: Any, api_operator: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_arguments: Any) -> Any:
            raise OperationalError("gone")

        api_operator.raise_request_exception = False
        with monkeypatch.context() as patch:
            patch.setattr(operations, "perform", fail)
            assert send(PAUSE, body).status_code == 503
        assert send(PAUSE, body).status_code == 200

    def test_slow_first_call__cannot_do_it_after_the_second(
        self, send: Send, body: Any, driver: Driver, run: Workflow, crash_at: CrashAt
    ) -> None:
        with crash_at(operations, "perform"):
            send(PAUSE, body)
        wait_long_enough()
        send(PAUSE, body)
        perform(SYSTEM, Request(Operation.RESUME, run.pk))
        row = IdempotencyKey.objects.get()
        with pytest.raises(IntegrityError):
            perform(SYSTEM, Request(Operation.PAUSE, run.pk, operation_id=row.operation_id))
        assert driver.again(run).status == RunState.RUNNING
        assert successes() == 1

    def test_slow_first_call__answers_what_the_second_did(
        self, send: Send, body: Any, driver: Driver, run: Workflow, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seconds: list[Any] = []

        def be_slow(actor: Any, request: Request) -> Any:
            monkeypatch.undo()
            wait_long_enough()
            seconds.append(send(PAUSE, body))
            perform(SYSTEM, Request(Operation.RESUME, run.pk))
            return perform(actor, request)

        monkeypatch.setattr(operations, "perform", be_slow)
        first = send(PAUSE, body)
        assert first.status_code == 200
        assert first.content == seconds[0].content
        assert driver.again(run).status == RunState.RUNNING
