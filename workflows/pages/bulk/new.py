"""The page that says what an operation would do to many runs, and asks for it."""

from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actor import Actor
from workflows.admin.operations.forms import OperationForm, form_of
from workflows.admin.operations.words import act_on_runs, doing_in_words
from workflows.models.workflow import new_id
from workflows.operations.bulk.ask import create_bulk, problems_of_selection
from workflows.operations.bulk.part import LOOK
from workflows.operations.catalogue import verb_of
from workflows.operations.errors import Refused
from workflows.pages.base import Crumb, Page, actor_of
from workflows.pages.bulk.outlook import Outlook, outlook_for
from workflows.pages.bulk.selection import LIST, Selection, list_query_in, selection_in
from workflows.pages.bulk.ways import MOST_NAMED, as_command, as_curl
from workflows.pages.bulk.words import IN_BULK
from workflows.pages.runs.chips import still_chips
from workflows.selectors.bulk import asked_in
from workflows.states import Operation, ReasonCode

CONFIRMED, TRIED = "confirmed", "look"
"""The buttons: do it, or let workers look at each run without doing anything."""


class NewBulkPage(Page):
    """``GET`` with a filter, or ``POST`` with ticked runs, shows what would come of it; confirmed, it is asked for."""

    section = "runs"
    permission_required = ("workflows.view_workflow", "workflows.view_bulkjob")
    template_name = "console/bulk/new.html"

    @cached_property
    def operation(self) -> Operation:
        """The operation in the address.

        Raises:
            Http404: it is none that is done in bulk.
        """
        try:
            operation = Operation(self.kwargs["operation"])
        except ValueError as error:
            raise Http404 from error
        if operation not in IN_BULK:
            raise Http404
        return operation

    @cached_property
    def actor(self) -> Actor:
        """Who asks."""
        return actor_of(self.request)

    @cached_property
    def selection(self) -> Selection:
        """The runs that are meant."""
        return selection_in(self.request)

    @cached_property
    def outlook(self) -> Outlook:
        """What would come of it."""
        return outlook_for(self.actor, self.operation, self.selection)

    @property
    def title(self) -> str:
        """See ``Page``."""
        return act_on_runs(self.operation, self.outlook.total)

    def crumbs(self) -> list[Crumb]:
        """See ``Page``."""
        return [Crumb(_("Runs"), reverse("console:runs")), Crumb(self.title)]

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Show what would come of it."""
        return self._nothing() if self._is_empty else self._page(form_of(self.operation))

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Show what would come of it, or ask for it where that is confirmed."""
        if self._is_empty:
            return self._nothing()
        if not {CONFIRMED, TRIED} & set(request.POST):
            return self._page(self._first_form())
        form = form_of(self.operation, request.POST)
        return self._ask(form) if form.is_valid() else self._page(form, status=400)

    def _first_form(self) -> OperationForm:
        """Make the form; of what has been tried, with the options and the reason that it was tried with."""
        form = form_of(self.operation)
        if self.selection.like:
            options, reason = asked_in(self.selection.like)
            form.initial = {**options, "reason": self.request.POST.get("reason") or reason}
            if hold_until := options.get("hold_until"):
                form.initial["hold_until"] = datetime.fromisoformat(hold_until)
        return form

    @property
    def _is_empty(self) -> bool:
        return bool(self.operation) and self.selection.is_empty

    def _nothing(self) -> HttpResponse:
        messages.warning(
            self.request, _("Tick the runs that are meant, or narrow the list down by a filter or a state first.")
        )
        return HttpResponseRedirect(self._list_url)

    @property
    def _list_url(self) -> str:
        query = list_query_in(self.request)
        return f"{reverse('console:runs')}?{query}" if query else reverse("console:runs")

    def _ask(self, form: OperationForm) -> HttpResponse:
        asked = replace(
            self.selection.asked(self.operation),
            options=form.options(),
            reason=form.cleaned_data["reason"],
            dry_run=TRIED in self.request.POST,
        )
        try:
            job = create_bulk(self.actor, asked)
        except Refused as refusal:
            if refusal.code is ReasonCode.PERMISSION_DENIED:
                raise PermissionDenied(refusal.message) from refusal
            for name, texts in refusal.fields.items():
                form.add_error(name if name in form.fields else None, texts)
            return self._page(form, status=400)
        return HttpResponseRedirect(reverse("console:bulk", args=[job.pk]))

    def _page(self, form: OperationForm, status: int = 200) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the outlook, the form, and the other ways."""
        selection, form = self.selection, kwargs["form"]
        permission = verb_of(self.operation).permission
        may_do, may_look = self.actor.may(permission), self.actor.may(LOOK)
        problems = problems_of_selection(selection.asked(self.operation), new_id())
        return super().get_context_data(
            operation=self.operation,
            outlook=self.outlook,
            problems=[text for texts in problems.values() for text in texts],
            fields=[*selection.fields, (LIST, list_query_in(self.request))],
            chips=still_chips(selection.query) if selection.query else [],
            act=act_on_runs(self.operation, self.outlook.possible),
            doing=doing_in_words(self.operation),
            may_do=may_do and self.outlook.possible and not problems,
            may_look=may_look and not problems,
            permission="" if may_do else permission,
            back=self._list_url,
            **self._ways(form),
            **kwargs,
        )

    def _ways(self, form: OperationForm) -> dict[str, str]:
        """Give the other ways, with what the form says so far."""
        which = self.selection.query or self.selection.ids
        if not which or len(self.selection.ids) > MOST_NAMED:
            return {}
        is_filled = form.is_bound and form.is_valid()
        options = form.options() if is_filled else {}
        reason = form.cleaned_data["reason"] if is_filled else ""
        return {
            "command": as_command(self.operation, which, options, reason),
            "curl": as_curl(self.request, self.operation, which, options, reason),
        }
