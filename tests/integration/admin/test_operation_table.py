"""Every state and phase × every operation through the administration: buttons and answers are what the table says."""

import re
from html import unescape

import pytest
from django.test import Client

from audit.models import Entry, Surface
from tests.driver import Driver
from tests.integration.admin.conftest import operation_url, page_url
from tests.situations import SITUATIONS, Situation, expected
from workflows.models import Step, Workflow
from workflows.operations.verb import parse_step_id
from workflows.states import Operation, RunState, allowed_operations

OF_STEP = (Operation.SKIP_STEP, Operation.REPLAY_STEP)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def confirm(client: Client, url: str, **given: str) -> int:
    """Look at the page of an operation and press its button, if there is one; give the status."""
    page = client.get(url).content.decode()
    shown = {name: hidden(page, name) for name in ("ticket", "shown_effects", "shown_options")}
    return client.post(url, {**shown, **given}).status_code


def steps_page(run: Workflow, step_id: str) -> str:
    key, index = parse_step_id(step_id)
    return page_url(Step.objects.get(workflow=run, key=key, index=index))


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda item: f"{item.state}-{item.phase}")
def test_button__is_enabled_where_the_table_allows(
    situation: Situation, driver: Driver, clients: dict[str, Client]
) -> None:
    run = situation.build(driver)
    page = clients["operator"].get(page_url(run)).content.decode()
    for operation in [item for item in Operation if item not in OF_STEP]:
        allowed = operation in allowed_operations(situation.state)
        assert (f'"{operation_url(run, operation)}"' in page) is allowed, operation
        assert (f'id="why-not-{operation}"' in page) is not allowed, operation
    for operation in OF_STEP:
        step_id = situation.step_for(operation)
        assert step_id
        page = clients["operator"].get(steps_page(run, step_id)).content.decode()
        allowed = operation in allowed_operations(situation.state)
        assert (f'href="{operation_url(run, operation, step_id)}"' in page) is allowed, operation
        assert (f'id="why-not-{operation}"' in page) is not allowed, operation


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda item: f"{item.state}-{item.phase}")
def test_answer__is_what_the_table_says(situation: Situation, driver: Driver, clients: dict[str, Client]) -> None:
    for operation in Operation:
        run = situation.build(driver)
        url = operation_url(run, operation, situation.step_for(operation))
        status = confirm(clients["operator"], url, reason="because")
        outcome = expected(RunState(situation.state), operation)
        assert driver.again(run).status == outcome.status, operation
        assert status == (200 if operation is Operation.DRY_RUN else 302)
        entry = Entry.objects.get(resource_id=str(run.pk), operation_type=operation, surface=Surface.ADMIN)
        assert (entry.reason_code, entry.reason) == (outcome.reason_code, "because")
        assert entry.triggered_by == "operator"
        looked = Entry.objects.filter(resource_id=str(run.pk), operation_type="preview", surface=Surface.ADMIN)
        assert looked.count() == 1


def test_words__are_there_for_every_effect(driver: Driver, clients: dict[str, Client]) -> None:
    for situation in SITUATIONS:
        run = situation.build(driver)
        for operation in allowed_operations(situation.state):
            page = clients["operator"].get(operation_url(run, operation, situation.step_for(operation)))
            for row in page.context["rows"]:
                assert "_" not in row.effect + row.reason, (operation, row)
                assert row.effect not in ("start", "stop", "drain", "skip", "hold", "cancel"), (operation, row)
                assert row.reason not in ("named", "done", "replay"), (operation, row)
