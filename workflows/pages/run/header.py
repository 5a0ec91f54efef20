"""The head of a run's page: where the run stands, why, who wants what of it, and what may be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.actor import Actor
from workflows.admin.operations.bar import Button, run_buttons
from workflows.admin.shown import phase_of, progress, state_of
from workflows.dispatch import broker_answers
from workflows.models import Workflow
from workflows.pages.run.addresses import leading_back, run_url
from workflows.selectors.explain import explain_run
from workflows.selectors.explain_reasons import Reason
from workflows.selectors.run_page import oldest_in_flight
from workflows.states import ENDED, RunState

_ASKED_AGAIN_AFTER = 5
"""Seconds for which it is known whether the broker answers: one that is down takes a second to find out."""


@dataclass(frozen=True)
class Header:
    """What is shown of a run whatever the tab. ``summary`` says it in one line, for titles and screen readers.

    ``oldest`` is the age of the oldest attempt in flight, or ``""``; ``goes_on``: what is shown grows old by itself.
    """

    state: SafeString
    phase: str
    oldest: SafeString | str
    goes_on: bool
    progress: SafeString
    summary: str
    reasons: list[Reason]
    buttons: list[Button]
    error: dict[str, Any] | None
    error_url: str
    icon_url: str
    start_url: str
    like_url: str
    admin_url: str


def header_of(run: Workflow, actor: Actor, request: HttpRequest) -> Header:
    """Read what the header shows; ``run`` has been read already."""
    oldest = oldest_in_flight(run)
    start_url = _start_url(run)
    return Header(
        state=state_of(run),
        phase=phase_in_words(run),
        oldest=_age(oldest, timezone.now()) if oldest else "",
        goes_on=run.status not in ENDED or run.in_flight > 0,
        progress=progress(run.done, run.total),
        summary=", ".join(filter(None, (run.get_status_display(), phase_of(run)))),
        reasons=reasons_of(run),
        buttons=run_buttons(actor, run, leading_back(request.get_full_path())),
        error=run.error,
        error_url=run_url(run.pk, "steps", (run.error or {}).get("step") or ""),
        icon_url=static(f"console/icons/run-{run.status}.svg"),
        start_url=start_url,
        like_url=_like_url(run, start_url) if actor.may("workflows.can_start") else "",
        admin_url=_admin_url(run, actor),
    )


def phase_in_words(run: Workflow) -> str:
    """Say what a run's state leaves open, with how much of it is in flight."""
    parts = [phase_of(run)]
    if run.in_flight:
        parts.append(ngettext("%(n)d in flight", "%(n)d in flight", run.in_flight) % {"n": run.in_flight})
    return ", ".join(filter(None, parts))


def _age(since: datetime, now: datetime) -> SafeString:
    """Write how long ago something was; in the browser it counts on."""
    seconds = max(int((now - since).total_seconds()), 0)
    words = _("%(seconds)d s") % {"seconds": seconds} if seconds < 60 else timesince(since, now, depth=1)
    return format_html('<time datetime="{}" data-elapsed>{}</time>', since.isoformat(), words)


def reasons_of(run: Workflow) -> list[Reason]:
    """Say why a run moves or does not; of one that is complete there is nothing to ask."""
    if run.status == RunState.COMPLETED:
        return []
    needs_broker = run.status == RunState.RUNNING or run.in_flight or run.hold_until
    answers = not needs_broker or cache.get_or_set("broker-answers", broker_answers, _ASKED_AGAIN_AFTER)
    return explain_run(run, broker_answers=bool(answers)).reasons


def _start_url(run: Workflow) -> str:
    try:
        return reverse("console:start", args=[run.definition_name])
    except NoReverseMatch:  # names with characters that an address of the page cannot have
        return ""


def _like_url(run: Workflow, start_url: str) -> str:
    return f"{start_url}?{urlencode({'like': str(run.pk)})}" if start_url else ""


def _admin_url(run: Workflow, actor: Actor) -> str:
    if not (actor.user and actor.user.is_staff):
        return ""
    return reverse("admin:workflows_workflow_change", args=[run.pk])
