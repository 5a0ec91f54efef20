"""Errors as problem details."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import InternalError, OperationalError, connection
from django.test import Client
from rest_framework.test import APIRequestFactory
from rest_framework.throttling import UserRateThrottle

from audit.actor import SYSTEM
from venom_portal import tokens
from workflows.api.problems import ProblemHandler
from workflows.api.views.base import ApiView
from workflows.operations.errors import Refused
from workflows.selectors.errors import Missing
from workflows.states import ReasonCode

URL = "/api/v1/workflows/"
NOT_REFUSALS = {ReasonCode.OPERATION_COMPLETED, ReasonCode.OPERATION_CANCELLED, ReasonCode.OPERATION_IN_PROGRESS}
pytestmark = pytest.mark.django_db


def handled(error: Exception) -> Any:
    request = ApiView().initialize_request(APIRequestFactory().get("/api/v1/x/"))
    return ProblemHandler(error, {"view": ApiView(), "args": (), "kwargs": {}, "request": request}).run()


def test_problem__has_the_members_of_the_rfc(viewer: Client) -> None:
    response = viewer.get(f"{URL}?page_size=0")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Bad request",
        "status": 400,
        "detail": "The request is not valid: see what is said of page_size.",
        "instance": URL,
        "errors": [
            {
                "code": "min_value",
                "detail": "Ensure this value is greater than or equal to 1.",
                "attr": "page_size",
            }
        ],
        "reason_code": "invalid_configuration",
    }


def test_anonymous__is_told_how_to_log_in() -> None:
    response = Client().get(URL)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Token"
    assert response.headers["content-type"] == "application/problem+json"


def test_forbidden__says_which_permission_is_missing(clients: dict[str, Client]) -> None:
    problem = clients["outsider"].get(URL).json()
    assert (problem["status"], problem["reason_code"]) == (403, "permission_denied")
    assert "workflows.view_workflow" in problem["detail"]


@pytest.mark.parametrize("code", sorted(set(ReasonCode) - NOT_REFUSALS))
def test_refusal__of_every_code_has_a_status(code: ReasonCode) -> None:
    response = handled(Refused(code, "no", {"field": ["one", "two"]}))
    assert response.status_code in (400, 403, 404, 409, 500)
    assert f'"reason_code": "{code}"' in response.content.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused(ReasonCode.FORBIDDEN_TRANSITION, "no"), 409),
        (Refused(ReasonCode.INVALID_STATE, "no"), 409),
        (Refused(ReasonCode.STALE_PLAN, "no"), 409),
        (Refused(ReasonCode.PERMISSION_DENIED, "no"), 403),
        (Missing("no"), 404),
        (OperationalError("no"), 503),
        (InternalError("terminating connection due to idle-in-transaction timeout"), 503),
        (ZeroDivisionError("secret"), 500),
    ],
)
def test_exception__has_its_status(error: Exception, status: int) -> None:
    response = handled(error)
    assert response.status_code == status
    assert "secret" not in response.content.decode()


def test_database_out_of_reach__is_503(people: dict[str, User]) -> None:
    client = Client(headers={"authorization": f"Token {tokens.issue(SYSTEM, people['viewer']).token}"})
    client.raise_request_exception = False  # it is reported to the log, and answered

    def fail(*_arguments: Any) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(fail):
        response = client.get(URL)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"
    assert response.json()["reason_code"] == "service_unavailable"
    assert "connection refused" not in response.content.decode()


def test_database_out_of_reach__is_503_for_a_session_too(viewer: Client) -> None:
    def fail(*_arguments: Any) -> None:
        raise OperationalError("connection refused")

    viewer.raise_request_exception = False
    with connection.execute_wrapper(fail):
        response = viewer.get(URL)
    assert response.status_code == 503
    assert response.json()["reason_code"] == "service_unavailable"


@pytest.mark.parametrize("url", ["/api/v1/nothing/", "/api/", "/api/v2/workflows/", "/api/v1/workflow/operations/fly"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_address__is_a_problem(url: str, method: str) -> None:
    response = getattr(Client(), method)(url)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.json()["reason_code"], response.json()["instance"]) == ("resource_not_found", url)


def test_unknown_page__is_no_problem(viewer: Client) -> None:
    response = viewer.get("/nothing/")
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")


def test_too_many_requests__are_429(viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    statuses = [viewer.get(URL).status_code for _number in range(3)]
    response = viewer.get(URL)
    cache.clear()
    assert statuses == [200, 200, 429]
    assert response.json()["title"] == "Too many requests"
    assert int(response.headers["retry-after"]) > 0


def test_language__is_the_caller_s(viewer: Client) -> None:
    (problem,) = viewer.get(f"{URL}?page_size=0", headers={"accept-language": "de"}).json()["errors"]
    assert "größer oder gleich" in problem["detail"]


def test_wish_for_another_type__is_406(viewer: Client) -> None:
    response = viewer.get(URL, headers={"accept": "application/xml"})
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/problem+json"
