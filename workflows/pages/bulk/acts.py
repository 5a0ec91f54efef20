"""Steering a bulk operation: the buttons of its page, and what they do."""

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from audit.actor import Actor
from workflows.operations.bulk.again import retry_failed
from workflows.operations.bulk.part import check_bulk
from workflows.operations.bulk.steer import BulkAct, allowed_acts, steer_bulk
from workflows.operations.errors import Refused
from workflows.pages.base import actor_of
from workflows.pages.bulk.words import ACTS
from workflows.selectors.bulk import BulkView
from workflows.states import Operation, ReasonCode


class ActButton(NamedTuple):
    """What can be asked of a job now; ``why_not`` is empty where this person may."""

    act: BulkAct
    label: str
    url: str
    why_not: str


def act_buttons(actor: Actor, view: BulkView) -> list[ActButton]:
    """Give what the job's state allows; doing again what was refused is offered where something was."""
    job, why_not = view.row, _why_not(actor, view)
    return [
        ActButton(act, str(ACTS[act]), reverse("console:bulk-act", args=[job.pk, act.value]), why_not)
        for act in allowed_acts(job.status)
        if act is not BulkAct.RETRY_FAILED or _left_over(view)
    ]


def _left_over(view: BulkView) -> int:
    counts = view.counts
    return counts["refused"] + counts["waiting"]


def _why_not(actor: Actor, view: BulkView) -> str:
    try:
        check_bulk(actor, Operation(view.row.operation), view.row.options, dry_run=view.row.dry_run)
    except Refused as refusal:
        return refusal.message
    return ""


class ActView(View):
    """Does what a button asks for, and leads back to the job, or to the new one where this makes one."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, job_id: UUID, act: str) -> HttpResponse:
        """Steer the job.

        Raises:
            Http404: there is no such act, or no such job.
            PermissionDenied: this person may not; on record.
        """
        if act not in set(BulkAct):
            raise Http404
        if not request.user.has_perm("workflows.view_bulkjob"):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("console:bulk", args=[_steer(request, job_id, BulkAct(act))]))


def _steer(request: HttpRequest, job_id: UUID, act: BulkAct) -> UUID:
    reason = request.POST.get("reason", "")[:2000].replace("\0", "")
    actor = actor_of(request)
    try:
        if act is BulkAct.RETRY_FAILED:
            job = retry_failed(actor, job_id, reason)
        else:
            job = steer_bulk(actor, job_id, act, reason)
    except Refused as refusal:
        if refusal.code is ReasonCode.RESOURCE_NOT_FOUND:
            raise Http404(refusal.message) from refusal
        if refusal.code is ReasonCode.PERMISSION_DENIED:
            raise PermissionDenied(refusal.message) from refusal
        messages.error(request, refusal.message)
        return job_id
    messages.success(request, _("The bulk operation is now: %(state)s.") % {"state": job.get_status_display()})
    return job.pk
