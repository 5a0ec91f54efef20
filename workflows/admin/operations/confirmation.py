"""The administration's page that asks whether an operation is to be done."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from workflows.admin.operations.asking import actor_of
from workflows.admin.operations.dialogue import Dialogue
from workflows.admin.operations.result import findings_of
from workflows.models import Workflow
from workflows.operations.request import Answer


class Confirmation(Dialogue):
    """One request for the page of one operation on one run."""

    def __init__(self, site: admin.AdminSite, http: HttpRequest, workflow_id: UUID, operation: str) -> None:
        super().__init__(http, actor_of(http), workflow_id, operation)
        self.site = site

    def page(self, context: dict[str, Any], status: int) -> HttpResponse:
        """See ``Dialogue``."""
        return self._shown("admin/operation.html", context, status)

    def findings(self, run: Workflow, answer: Answer) -> HttpResponse:
        """See ``Dialogue``."""
        return self._shown("admin/dry_run.html", findings_of(run, self.step_id, answer), 200)

    def leave(self, run: Workflow) -> HttpResponse:
        """See ``Dialogue``."""
        return HttpResponseRedirect(_page_of(run))

    def _shown(self, template: str, context: dict[str, Any], status: int) -> HttpResponse:
        frame = {**self.site.each_context(self.http), "opts": Workflow._meta, "back": _page_of(context["run"])}
        return TemplateResponse(self.http, template, {**frame, **context}, status=status)


def _page_of(run: Workflow) -> str:
    return reverse("admin:workflows_workflow_change", args=[run.pk])
