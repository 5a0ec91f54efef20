"""Every state and phase × every operation through a run's page: buttons and answers are what the table says."""

import pytest
from django.test import Client

from audit.models import Entry, Surface
from tests.driver import Driver
from tests.integration.console.run_pages import confirm, operation_url, text, url_of
from tests.situations import SITUATIONS, Situation, expected
from workflows.operations.catalogue import verb_of
from workflows.operations.dry_run import DryRun
from workflows.states import Operation, RunState, allowed_operations

OF_STEP = (Operation.SKIP_STEP, Operation.REPLAY_STEP)
BY_STATE = pytest.mark.parametrize("situation", SITUATIONS, ids=lambda item: f"{item.state}-{item.phase}")


def permission_of(operation: Operation) -> str:
    return DryRun.permission if operation is Operation.DRY_RUN else verb_of(operation).permission


@BY_STATE
def test_button__is_enabled_where_the_table_allows(
    situation: Situation, driver: Driver, clients: dict[str, Client]
) -> None:
    run = situation.build(driver)
    page = text(clients["operator"], url_of(run))
    for operation in [item for item in Operation if item not in OF_STEP]:
        allowed = operation in allowed_operations(situation.state)
        assert (f'data-operation="{operation}"' in page) is allowed, operation
        assert (f'id="why-not-run-{operation}"' in page) is not allowed, operation
        assert (f'aria-describedby="why-not-run-{operation}"' in page) is not allowed, operation
    for operation in OF_STEP:
        page = text(clients["operator"], url_of(run, step=situation.step_for(operation)))
        allowed = operation in allowed_operations(situation.state)
        assert (f'data-operation="{operation}"' in page) is allowed, operation
        assert (f'id="why-not-step-{operation}"' in page) is not allowed, operation


@BY_STATE
def test_answer__is_what_the_table_says(situation: Situation, driver: Driver, clients: dict[str, Client]) -> None:
    for operation in Operation:
        run = situation.build(driver)
        step_id = situation.step_for(operation)
        back = url_of(run, "steps", **({"step": step_id} if step_id else {}), status="failed")
        response = confirm(clients["operator"], operation_url(run, operation, step_id, back=back), reason="because")
        outcome = expected(RunState(situation.state), operation)
        assert driver.again(run).status == outcome.status, operation
        if not outcome.is_done:
            assert response.status_code == 409, operation
            assert not response.context["preview"].allowed
        elif operation is Operation.DRY_RUN:
            assert response.status_code == 200
        else:
            assert (response.status_code, response["Location"]) == (302, back)
        entry = Entry.objects.get(resource_id=str(run.pk), operation_type=operation, surface=Surface.WEB)
        assert (entry.reason_code, entry.reason) == (outcome.reason_code, "because")
        assert entry.triggered_by == "operator"


@pytest.mark.parametrize("name", ["viewer", "operator", "admin", "root"])
def test_permission__is_missing_where_it_is_missing(name: str, driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    client = clients[name]
    user = client.get(url_of(run)).wsgi_request.user
    page = text(client, url_of(run))
    for operation in allowed_operations(RunState.RUNNING):
        if operation in OF_STEP:
            continue
        may = user.has_perm(permission_of(operation))
        assert (f'data-operation="{operation}"' in page) is may, operation
        why_not = f"takes the permission {permission_of(operation)}, which you do not have"
        assert (why_not in page) is not may, operation


def test_refused_for_lack_of_permission__is_on_record_once(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    response = clients["viewer"].post(operation_url(run, Operation.PAUSE), {})
    assert response.status_code == 403
    entry = Entry.objects.get(resource_id=str(run.pk), operation_type="pause")
    assert (entry.surface, entry.triggered_by, entry.reason_code) == (Surface.WEB, "viewer", "permission_denied")
    assert driver.again(run).status == RunState.RUNNING
