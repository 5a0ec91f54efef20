"""Filters of a run's page: the administration's ways to show values, for templates."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from workflows.admin.shown import json_text, preformatted, state_of, time, took

register = template.Library()

register.filter("state", state_of)
register.filter("as_json", json_text)
register.filter("as_it_is", preformatted)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Show a time to the second, on hover exactly."""
    return time(value)


@register.filter
def duration(row: Any) -> str:
    """Show how long a step, an attempt or a run took."""
    return took(row)
