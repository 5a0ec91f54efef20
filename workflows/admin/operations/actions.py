"""The actions of the list of runs: a page that says what would come of each, then each by itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.admin.operations.asking import actor_of
from workflows.admin.operations.forms import OperationForm
from workflows.admin.operations.report import tell
from workflows.admin.operations.selection import MOST, perform_on, prospects_of, selected_ids
from workflows.admin.operations.words import act_on_runs
from workflows.models import Workflow
from workflows.operations.bulk.ask import NewBulk, create_bulk
from workflows.operations.catalogue import verb_of
from workflows.operations.errors import Refused
from workflows.states import Operation

_LABELS = {
    Operation.PAUSE: gettext_lazy("Pause selected runs"),
    Operation.RESUME: gettext_lazy("Resume selected runs"),
    Operation.CANCEL: gettext_lazy("Cancel selected runs"),
    Operation.RETRY: gettext_lazy("Retry selected runs"),
}


def actions_for(request: HttpRequest) -> dict[str, tuple[Any, str, Any]]:
    """Give the actions that the user may take, as Django's list wants them."""
    actor = actor_of(request)
    return {
        operation.value: (act_on_selection, operation.value, label)
        for operation, label in _LABELS.items()
        if actor.may(verb_of(operation).permission)
    }


def act_on_selection(run_admin: Any, request: HttpRequest) -> HttpResponse:
    """Ask whether an action is to be done to what is ticked, and do it once that was confirmed.

    Raises:
        PermissionDenied: it is no action of this list, or not one for this user; the latter is on record.
    """
    action = request.POST.get("action")
    if action == "":
        return _nothing(request, _("Choose an action."))
    if action not in set(_LABELS):
        raise PermissionDenied
    operation, ids = Operation(action), selected_ids(request)
    if action not in actions_for(request):
        raise PermissionDenied(_refused_on_record(request, operation, ids))
    if not run_admin.has_view_permission(request):
        raise PermissionDenied
    if not ids:
        return _nothing(request, _("Tick the runs that are meant."))
    form = OperationForm(request.POST if "confirmed" in request.POST else None, label_suffix="")
    if form.is_valid():
        return _done(request, operation, ids, form.cleaned_data["reason"])
    return _ask(run_admin, request, operation, ids, form)


def _ask(
    run_admin: Any, request: HttpRequest, operation: Operation, ids: list[UUID], form: OperationForm
) -> HttpResponse:
    shown = prospects_of(actor_of(request), operation, ids[:MOST])
    possible = sum(not prospect.why_not for prospect in shown)
    context = {
        **run_admin.admin_site.each_context(request),
        "opts": Workflow._meta,
        "title": _LABELS[operation],
        "act": act_on_runs(operation, possible + max(len(ids) - MOST, 0)),
        "operation": operation,
        "ids": ids,
        "checkbox": ACTION_CHECKBOX_NAME,
        "prospects": shown,
        "possible": possible,
        "refused": len(shown) - possible,
        "not_looked_at": len(ids) - len(shown),
        "may_be_done": possible or len(ids) > MOST,
        "form": form,
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/selected_runs.html", context, status=400 if form.errors else 200)


def _done(request: HttpRequest, operation: Operation, ids: list[UUID], reason: str) -> HttpResponse:
    if len(ids) <= MOST:
        tell(request, perform_on(actor_of(request), operation, ids, reason))
    else:
        _hand_over(request, NewBulk(operation, workflow_ids=ids, reason=reason))
    return HttpResponseRedirect(request.get_full_path())


def _hand_over(request: HttpRequest, asked: NewBulk) -> None:
    """Leave what would keep the browser waiting to the workers."""
    try:
        job = create_bulk(actor_of(request), asked)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return
    messages.success(
        request, _("The workers do it to these runs one by one, as the bulk operation %(id)s.") % {"id": job.pk}
    )


def _refused_on_record(request: HttpRequest, operation: Operation, ids: list[UUID]) -> str:
    """Put on record that somebody tried who may not; give the refusal's words."""
    try:
        create_bulk(actor_of(request), NewBulk(operation, workflow_ids=ids))
    except Refused as refusal:
        return refusal.message
    raise AssertionError("whoever lacks the permission is refused")


def _nothing(request: HttpRequest, why: str) -> HttpResponse:
    messages.warning(request, why)
    return HttpResponseRedirect(request.get_full_path())
