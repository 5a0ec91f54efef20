"""The page that asks whether an operation is to be done: it shows what would happen, and does it when told to."""

import json
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from workflows.admin.operations.asking import actor_of, refusal_of
from workflows.admin.operations.effects import digest_of, rows_of
from workflows.admin.operations.forms import OperationForm, form_of
from workflows.admin.operations.result import show_dry_run
from workflows.admin.operations.ways import as_command, as_curl
from workflows.admin.operations.words import act_in_words
from workflows.admin.shown import phase_of, state_of
from workflows.models import Workflow
from workflows.operations.errors import Refused
from workflows.operations.perform import perform
from workflows.operations.preview import preview
from workflows.operations.request import Answer, Preview, Request
from workflows.states import Operation, ReasonCode

# What an operation is bound to when the page was never shown: no preview has issued it.
_NO_TICKET = "none"
_STATUS_OF_PAGE = {
    ReasonCode.PERMISSION_DENIED: 403,
    ReasonCode.INVALID_CONFIGURATION: 400,
    ReasonCode.STALE_PLAN: 409,
}


class Confirmation:
    """One request for the page of one operation on one run."""

    def __init__(self, site: admin.AdminSite, http: HttpRequest, workflow_id: UUID, operation: str) -> None:
        if operation not in set(Operation):
            raise Http404
        self.site = site
        self.http = http
        self.workflow_id = workflow_id
        self.operation = Operation(operation)
        self.step_id = http.GET.get("step") or None
        if self.step_id and "\0" in self.step_id:
            raise Http404
        self.actor = actor_of(http)

    def respond(self) -> HttpResponse:
        """Show the page, or do what it was sent for.

        Raises:
            Http404: there is no such run.
            PermissionDenied: whoever asks may not even look; of an operation, this is on record.
        """
        if self.http.method != "POST":
            if not self.http.user.has_perm("workflows.view_workflow"):
                raise PermissionDenied
            return self._page(form_of(self.operation), self._request())
        form = form_of(self.operation, self.http.POST)
        if not form.is_valid():
            return self._page(form, self._request(), status=400)
        request = self._request(form)
        return self._page(form, request) if "look" in self.http.POST else self._act(form, request)

    def _request(self, form: OperationForm | None = None, ticket: str | None = None) -> Request:
        return Request(
            self.operation,
            self.workflow_id,
            step_id=self.step_id,
            reason=form.cleaned_data["reason"] if form else "",
            options=form.options() if form else {},
            ticket=ticket,
        )

    def _act(self, form: OperationForm, request: Request) -> HttpResponse:
        """Do it as it was shown; where other options than those shown change the effects, show these first."""
        ticket = self.http.POST.get("ticket") or _NO_TICKET
        if ticket != _NO_TICKET and self.http.POST.get("shown_options") != _as_text(request.options):
            now = self._preview(request)
            if now.allowed and digest_of(now.effects) != self.http.POST.get("shown_effects"):
                messages.warning(self.http, _("With these options it does something else. Look again, then confirm."))
                return self._page(form, request, shown=now)
            ticket = str(now.ticket) if now.ticket else ticket
        return self._after(form, perform(self.actor, self._request(form, ticket)))

    def _after(self, form: OperationForm, answer: Answer) -> HttpResponse:
        """Show what came of it: on the run's page, or here where something can be put right."""
        if answer.is_done and self.operation is Operation.DRY_RUN:
            return show_dry_run(self.site, self.http, self._run(), self.step_id, answer)
        (messages.success if answer.is_done else messages.error)(self.http, answer.message)
        if answer.reason_code not in _STATUS_OF_PAGE:
            return HttpResponseRedirect(self._back(self._run()))
        return self._page(form, self._request(form), status=_STATUS_OF_PAGE[answer.reason_code])

    def _page(
        self, form: OperationForm, request: Request, *, shown: Preview | None = None, status: int = 200
    ) -> HttpResponse:
        run = self._run()
        shown = shown or self._preview(request)
        if shown.reason_code is ReasonCode.INVALID_CONFIGURATION:
            self._mark(form, request, run)
        return TemplateResponse(
            self.http, "admin/operation.html", self._context(form, request, run, shown), status=status
        )

    def _context(self, form: OperationForm, request: Request, run: Workflow, shown: Preview) -> dict[str, Any]:
        act = act_in_words(self.operation, self.step_id)
        return {
            **self.site.each_context(self.http),
            "opts": Workflow._meta,
            "title": act,
            "act": act,
            "run": run,
            "state": state_of(run),
            "phase": phase_of(run),
            "back": self._back(run),
            "form": form,
            "preview": shown,
            "rows": rows_of(shown.effects),
            "shown_effects": digest_of(shown.effects),
            "shown_options": _as_text(request.options),
            "may_be_put_right": shown.allowed or shown.reason_code is ReasonCode.INVALID_CONFIGURATION,
            "command": as_command(request),
            "curl": as_curl(self.http, request),
        }

    def _mark(self, form: OperationForm, request: Request, run: Workflow) -> None:
        """Put what is wrong with an option beside its field."""
        refusal = refusal_of(self.actor, request, run)
        for name, texts in (refusal.fields if refusal and form.is_bound else {}).items():
            form.add_error(name if name in form.fields else None, texts)

    def _preview(self, request: Request) -> Preview:
        try:
            return preview(self.actor, request)
        except Refused as refusal:
            raise PermissionDenied(refusal.message) from refusal

    def _run(self) -> Workflow:
        run = Workflow.objects.select_related("definition").filter(pk=self.workflow_id).first()
        if run is None:
            raise Http404
        return run

    def _back(self, run: Workflow) -> str:
        return reverse("admin:workflows_workflow_change", args=[run.pk])


def _as_text(options: Any) -> str:
    return json.dumps(options, sort_keys=True)
