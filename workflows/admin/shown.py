"""How values are shown: states, progress, times, JSON."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.models import Workflow
from workflows.states import AttemptState, RunState, StepState

NOTHING = "–"

# Told apart by their shapes too. U+FE0E asks for the letter instead of the coloured picture.
_ICONS: dict[str, str] = {
    RunState.IDLE: "○",
    RunState.RUNNING: "▶\ufe0e",
    RunState.PAUSED: "‖",
    RunState.COMPLETED: "✓",
    RunState.FAILED: "✗",
    RunState.CANCELLED: "⊘",
    StepState.PENDING: "○",
    StepState.READY: "●",
    StepState.WAITING: "↻",
    StepState.SUCCEEDED: "✓",
    StepState.SKIPPED: "↷",
    AttemptState.TIMEOUT: "✗",
    AttemptState.INTERRUPTED: "‖",
    AttemptState.LOST: "?",
    AttemptState.LATE: "?",
    AttemptState.UNCONFIRMED: "?",
    AttemptState.QUEUED: "●",
}

_PHASES = {
    "waiting": gettext_lazy("waits for a place"),
    "dispatching": gettext_lazy("steps are started"),
    "draining": gettext_lazy("the last attempts end"),
    "stopping": gettext_lazy("the last attempts are told to stop"),
    "settled": gettext_lazy("nothing is in flight"),
}


@admin.display(description=gettext_lazy("state"))
def state_of(row: Any) -> SafeString:
    """Show the state of a run, a step or an attempt: a column, or a field."""
    return state(row.status, row.get_status_display(), _ICONS[row.status])


def phase_of(run: Workflow) -> str:
    """Say what a run's state leaves open; nothing where it leaves nothing open."""
    return str(_PHASES.get(run.phase, ""))


def json_of(model: type[Model], name: str) -> Callable[[Any], SafeString | str]:
    """Make a field that shows a model's JSON field over as many lines as it needs."""

    @admin.display(description=field(model, name).verbose_name)
    def show(row: Any) -> SafeString | str:
        return json_text(getattr(row, name))

    show.__name__ = f"shown_{name}"
    return show


def text_of(model: type[Model], name: str) -> Callable[[Any], SafeString | str]:
    """Make a field that shows a model's text field as it is broken into lines."""

    @admin.display(description=field(model, name).verbose_name)
    def show(row: Any) -> SafeString | str:
        return preformatted(getattr(row, name))

    show.__name__ = f"shown_{name}"
    return show


def time_of(model: type[Model], name: str) -> Callable[[Any], SafeString | str]:
    """Make a column or a field that shows a model's time to the second, which steps need."""

    @admin.display(description=field(model, name).verbose_name)
    def show(row: Any) -> SafeString | str:
        return time(getattr(row, name))

    show.__name__ = f"shown_{name}"
    return show


@admin.display(description=gettext_lazy("took"))
def took(row: Any) -> str:
    """Show how long a step or an attempt took, once it has ended."""
    if row.started_at is None or row.finished_at is None:
        return NOTHING
    seconds = (row.finished_at - row.started_at).total_seconds()
    if seconds < 1:
        return _("%(milliseconds)d ms") % {"milliseconds": seconds * 1000}
    return _("%(seconds).1f s") % {"seconds": seconds} if seconds < 60 else str(timedelta(seconds=round(seconds)))


def icon_of(status: str) -> str:
    """Give the icon of a state of a run, a step or an attempt."""
    return _ICONS[status]


def state(code: str, words: str, icon: str) -> SafeString:
    """Show a state as an icon, a word and a colour."""
    return format_html(
        '<span class="state state-{}"><span class="state-icon" aria-hidden="true">{}</span> {}</span>',
        code,
        icon,
        words,
    )


def progress(done: int, total: int) -> SafeString:
    """Show how far something is as a bar and in numbers."""
    label = _("%(done)s of %(total)s") % {"done": done, "total": total}
    return format_html(
        '<progress value="{}" max="{}" aria-hidden="true"></progress> <span class="nowrap">{}</span>',
        done,
        max(total, 1),
        label,
    )


def json_text(value: Any) -> SafeString | str:
    """Show a JSON value over as many lines as it needs."""
    return NOTHING if value is None else preformatted(json.dumps(value, indent=2, ensure_ascii=False))


def preformatted(text: str) -> SafeString | str:
    """Show a text as it is broken into lines."""
    return format_html('<pre class="as-it-is" tabindex="0">{}</pre>', text) if text else NOTHING


def time(value: datetime | None) -> SafeString | str:
    """Show a time to the second; on hover to the microsecond, with its zone."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), local, to_the_second(value))


def to_the_second(value: datetime) -> str:
    """Write a time in the zone of whoever looks."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")


def field(model: type[Model], name: str) -> Any:
    """Give a field of a model."""
    return model._meta.get_field(name)
