"""Links from one page to another."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from workflows.models import Workflow


@admin.display(description=gettext_lazy("run"))
def run_of(row: Any) -> SafeString:
    """Link to the run that a step, an attempt, an event or a log line belongs to."""
    return page_link(Workflow, row.workflow_id, short(row.workflow_id))


def short(key: UUID | str) -> SafeString:
    """Show the end of an id: the beginning is the time, which neighbours in a list share."""
    return format_html('<code class="short-id" title="{}">…{}</code>', key, str(key)[-12:])


def page_link(model: type[Model], key: Any, text: str) -> SafeString:
    """Link to the page of one row."""
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{_name(model)}_change", args=[quote(key)]), text)


def list_link(model: type[Model], text: str, **query: Any) -> SafeString:
    """Link to a list with filters."""
    address = reverse(f"admin:{_name(model)}_changelist")
    return format_html('<a href="{}?{}">{}</a>', address, urlencode(query), text)


def beside(*found: SafeString) -> SafeString:
    """Show links beside each other."""
    return format_html_join(" · ", "{}", ((link,) for link in found))


def _name(model: type[Model]) -> str:
    return model._meta.label_lower.replace(".", "_")
