"""Asking before an operation is done: what would happen is shown, and done when told to. Any face may hold it."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audit.actor import Actor
from workflows.admin.operations.asking import refusal_of
from workflows.admin.operations.effects import digest_of, rows_of
from workflows.admin.operations.forms import OperationForm, form_of
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


class Dialogue:
    """One request for the page of one operation on one run, by one actor.

    A face says how the page is made (``page``), where it leads (``leave``), and how it speaks (``note``);
    ``kept_with`` gives the statuses of the refusals after which the page stays: of others it is left.
    """

    kept_with: ClassVar[Mapping[ReasonCode, int]] = {
        ReasonCode.PERMISSION_DENIED: 403,
        ReasonCode.INVALID_CONFIGURATION: 400,
        ReasonCode.STALE_PLAN: 409,
    }

    def __init__(self, http: HttpRequest, actor: Actor, workflow_id: UUID, operation: str) -> None:
        if operation not in set(Operation):
            raise Http404
        self.http = http
        self.actor = actor
        self.workflow_id = workflow_id
        self.operation = Operation(operation)
        self.step_id = http.GET.get("step") or None
        if self.step_id and "\0" in self.step_id:
            raise Http404

    def page(self, context: dict[str, Any], status: int) -> HttpResponse:
        """Show what would happen, and the form."""
        raise NotImplementedError

    def findings(self, run: Workflow, answer: Answer) -> HttpResponse:
        """Show what a dry run has found."""
        raise NotImplementedError

    def leave(self, run: Workflow) -> HttpResponse:
        """Lead to where the run is shown."""
        raise NotImplementedError

    def note(self, level: int, text: str) -> None:
        """Say something on the page that comes next; ``level`` is one of ``django.contrib.messages``."""
        messages.add_message(self.http, level, text)

    def done(self, answer: Answer) -> None:
        """Say that it was done."""
        self.note(messages.SUCCESS, answer.message)

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
        shown_options = self.http.POST.get("shown_options", "")
        if (ticket != _NO_TICKET or shown_options) and shown_options != _as_text(request.options):
            now = self._preview(request)
            if now.allowed and digest_of(now.effects) != self.http.POST.get("shown_effects"):
                self.note(messages.WARNING, _("With these options it does something else. Look again, then confirm."))
                return self._page(form, request, shown=now)
            ticket = str(now.ticket) if now.ticket else ticket
        return self._after(form, perform(self.actor, self._request(form, ticket)))

    def _after(self, form: OperationForm, answer: Answer) -> HttpResponse:
        """Show what came of it: on the run's page, or here where something can be put right."""
        if answer.is_done:
            if self.operation is Operation.DRY_RUN:
                return self.findings(self._run(), answer)
            self.done(answer)
            return self.leave(self._run())
        self.note(messages.ERROR, answer.message)
        if answer.reason_code not in self.kept_with:
            return self.leave(self._run())
        return self._page(form, self._request(form), status=self.kept_with[answer.reason_code])

    def _page(
        self, form: OperationForm, request: Request, *, shown: Preview | None = None, status: int = 200
    ) -> HttpResponse:
        run = self._run()
        shown = shown or self._preview(request)
        if shown.reason_code is ReasonCode.INVALID_CONFIGURATION:
            self._mark(form, request, run)
        return self.page(self._context(form, request, run, shown), status)

    def _context(self, form: OperationForm, request: Request, run: Workflow, shown: Preview) -> dict[str, Any]:
        act = act_in_words(self.operation, self.step_id)
        return {
            "title": act,
            "act": act,
            "operation": self.operation,
            "run": run,
            "state": state_of(run),
            "phase": phase_of(run),
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


def _as_text(options: Any) -> str:
    return json.dumps(options, sort_keys=True)
