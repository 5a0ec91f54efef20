"""What the tests of a run's page have in common: people with browsers, addresses, and counting statements."""

import re
from html import unescape
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from tests.driver import Driver
from workflows.engine.finish import finish
from workflows.engine.outcome import Succeeded
from workflows.models import Attempt, LogLine, Workflow
from workflows.states import Operation

TABS = ("graph", "timeline", "steps", "logs", "events", "audit", "data")
ACTIVE = re.compile(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)


def url_of(run: Workflow, tab: str = "steps", **query: Any) -> str:
    address = reverse("console:run", args=[run.pk, tab])
    return f"{address}?{urlencode(query)}" if query else address


def operation_url(run: Workflow, operation: Operation, step_id: str | None = None, **query: str) -> str:
    address = reverse("console:operation", args=[run.pk, operation.value])
    given = {"step": step_id} if step_id else {}
    return f"{address}?{urlencode(given | query)}" if given | query else address


def text(client: Client, url: str, **headers: str) -> str:
    response = client.get(url, headers=headers)
    assert response.status_code == 200, (url, response.status_code)
    return unescape(response.content.decode())


def fragment(client: Client, url: str, target: str) -> str:
    return text(client, url, **{"HX-Request": "true", "HX-Target": target})


def statements(client: Client, url: str, **headers: str) -> list[str]:
    """The SQL that a page takes; what Django keeps for the life of the process is there already."""
    client.get(url, headers=headers)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, headers=headers).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def shown_fields(page: str) -> dict[str, str]:
    return {name: hidden(page, name) for name in ("ticket", "shown_effects", "shown_options")}


def confirm(client: Client, url: str, **given: str) -> Any:
    """Look at the page of an operation and press its button, if there is one; give the answer."""
    page = client.get(url).content.decode()
    return client.post(url, {**shown_fields(page), **given})


def fanned_out(driver: Driver, count: int) -> Workflow:
    """A run whose fan-out is open and has done nothing yet."""
    run = driver.start("fan", count=count)
    numbers = driver.claim(run, "numbers")
    assert numbers
    finish(numbers, Succeeded(list(range(count)), str(list(range(count)))), take_next=False)
    return run


def log_to(run: Workflow, count: int, level: int = 20, step: str = "add-one") -> None:
    """Lines as a worker writes them."""
    attempt = Attempt.objects.filter(workflow=run).first()
    assert attempt
    run.refresh_from_db()
    lines = [
        LogLine(
            workflow=run, attempt=attempt, seq=run.log_seq + n, step=step, level=level,
            message=f"line {run.log_seq + n} <b>", at=timezone.now(),
        )
        for n in range(1, count + 1)
    ]  # fmt: skip
    LogLine.objects.bulk_create(lines)
    Workflow.objects.filter(pk=run.pk).update(log_seq=run.log_seq + count)
