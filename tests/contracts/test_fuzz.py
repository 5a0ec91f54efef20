"""Requests that nobody would think of, made from the schema: none finds a bug, every answer is as described."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance  # not among the ones that it re-exports

from audit.actor import SYSTEM
from venom_portal import tokens
from workflows.operations.create import NewRun, create_run

_FEW = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def header(people: dict[str, User], flows: None) -> Iterator[dict[str, str]]:
    """The operator's token; the connection, and with it the test's transaction, stays open between requests."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield {"Authorization": f"Token {tokens.issue(SYSTEM, people['operator']).token}"}
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.mark.timeout(300)  # it is many requests
def test_any_request__is_answered_as_described(header: dict[str, str]) -> None:
    run = create_run(SYSTEM, NewRun("fetch-and-store", input={"url": "x"})).run
    there_is = {"workflow_id": str(run.pk), "step_id": "fetch"}
    schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application(), headers=header)
    # Revoking the token would turn all that follows into 401.
    for operation in schema.exclude(operation_id="revoke_token").get_all_operations():

        @_FEW
        @given(operation.ok().as_strategy())
        def answer(case: Any) -> None:
            case.path_parameters.update({name: there_is[name] for name in case.path_parameters if name in there_is})
            # A schema cannot say all that is refused, such as NUL characters or a cursor that is none.
            response = case.call_and_validate(headers=header, excluded_checks=[positive_data_acceptance])
            assert response.status_code != 401 or "/token/" in case.path

        answer()
