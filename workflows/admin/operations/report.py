"""What came of an operation on several runs, as messages."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from workflows.admin.links import page_link, short
from workflows.models import Workflow
from workflows.operations.request import Answer


def tell(request: HttpRequest, answers: Sequence[Answer]) -> None:
    """Say how many were done and how many refused, and of each refused one why; runs refused alike share a line."""
    refused: dict[str, list[Answer]] = {}
    for answer in answers:
        if not answer.is_done:
            refused.setdefault(answer.message, []).append(answer)
    number = sum(map(len, refused.values()))
    summary = _("%(done)s done, %(refused)s refused.") % {"done": len(answers) - number, "refused": number}
    (messages.warning if number else messages.success)(request, summary)
    for why, alike in refused.items():
        links = ((page_link(Workflow, answer.workflow_id, short(answer.workflow_id)),) for answer in alike)
        messages.error(request, format_html("{}: {}", format_html_join(", ", "{}", links), why))
