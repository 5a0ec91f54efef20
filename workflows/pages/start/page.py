"""The page that starts one workflow."""

from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actor import Actor
from workflows.admin.operations.result import findings_of_definition
from workflows.models import Definition, Workflow
from workflows.operations import create
from workflows.operations.create import NewRun, create_run
from workflows.operations.dry_run import DryRun
from workflows.operations.dry_run_definition import dry_run_definition
from workflows.operations.errors import Refused
from workflows.pages.base import Crumb, Page, actor_of
from workflows.pages.start.form import StartForm
from workflows.pages.start.ways import start_as_command, start_as_curl, without_secrets
from workflows.selectors.definitions import definition_of
from workflows.selectors.errors import Missing
from workflows.selectors.run_page import run_values
from workflows.selectors.runs import run_of
from workflows.states import ReasonCode

DRY_RUN: Final = "dry-run"
"""The region that shows what would happen, by the id of its element; it is also given alone."""

_STATUS: Final = {ReasonCode.PERMISSION_DENIED: 403, ReasonCode.RESOURCE_NOT_FOUND: 404}


class StartPage(Page):
    """``GET`` shows the form, ``POST`` starts a run; with ``dry_run`` it only says what the run would do."""

    section = "start"
    permission_required = "workflows.view_definition"

    @property
    def template_name(self) -> str:  # type: ignore[override]  # Django's is a plain attribute
        """The whole page, or what the dry run says."""
        return "console/start/dry_run.html" if self._is_fragment else "console/start/page.html"

    @property
    def _is_fragment(self) -> bool:
        htmx: Any = self.request.htmx  # type: ignore[attr-defined]  # django-htmx adds it
        return bool(htmx) and htmx.target == DRY_RUN

    @cached_property
    def definition(self) -> Definition:
        """The version in force.

        Raises:
            Http404: there is none of this name.
        """
        try:
            return definition_of(self.kwargs["name"])
        except Missing as error:
            raise Http404(str(error)) from error

    @cached_property
    def actor(self) -> Actor:
        """Who asks."""
        return actor_of(self.request)

    @property
    def title(self) -> str:
        """See ``Page``."""
        return _("Start: %(title)s") % {"title": self.definition.title}

    def crumbs(self) -> list[Crumb]:
        """See ``Page``."""
        return [Crumb(_("Start"), reverse("console:definitions")), Crumb(self.definition.title)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # a redirect is possible
        """Show the form, as a run was started where one is named."""
        like = self._like()
        if like is None:
            form = StartForm(self.definition)
        elif like.definition_name != self.definition.name:
            address = reverse("console:start", args=[like.definition_name])
            return redirect(f"{address}?like={like.pk}")
        else:
            form = StartForm(self.definition, None, run_values(like).input, like.labels, like.priority)
        return self._shown(form, form.asked_at_first(), like=like)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Start a run, or say what it would do."""
        form = StartForm(self.definition, request.POST)
        if not form.is_valid():
            return self._shown(form, None, status=200 if self._is_fragment else 400)
        asked = form.asked()
        return self._look(form, asked) if "dry_run" in request.POST else self._start(form, asked)

    def _start(self, form: StartForm, asked: NewRun) -> HttpResponseBase:
        try:
            run, is_new = create_run(self.actor, asked, form.cleaned_data["reason"])
        except Refused as refusal:
            form.refuse(refusal)
            return self._shown(form, asked, status=_STATUS.get(refusal.code, 400))
        if not is_new:
            messages.info(
                self.request, _("This run was created with the same start key before; there is no second one.")
            )
        else:
            done = _("The run was started.") if asked.start else _("The run was created; start it when it is time.")
            messages.success(self.request, done)
        return redirect("console:run", run.pk)

    def _look(self, form: StartForm, asked: NewRun) -> HttpResponseBase:
        try:
            found = dry_run_definition(self.actor, asked)
        except Refused as refusal:
            form.refuse(refusal)
            status = _STATUS.get(refusal.code, 400)
            return self._shown(form, asked, status=200 if self._is_fragment else status)
        return self._shown(form, asked, outlook=findings_of_definition(found))

    def _shown(self, form: StartForm, asked: NewRun | None, status: int = 200, **context: Any) -> HttpResponse:
        context |= {
            "form": form,
            "definition": self.definition,
            "may_start": self.actor.may(create.PERMISSION),
            "start_permission": create.PERMISSION,
            "may_dry_run": self.actor.may(DryRun.permission),
        }
        if asked is not None:
            public = without_secrets(asked, form.secrets)
            context |= {"command": start_as_command(public), "curl": start_as_curl(self.request, public)}
        return self.render_to_response(self.get_context_data(**context), status=status)

    def _like(self) -> Workflow | None:
        """Give the run that the new one is to resemble.

        Raises:
            Http404: there is none of this id, or whoever asks may not see runs.
        """
        wanted = self.request.GET.get("like", "")
        if not wanted:
            return None
        if not self.actor.may("workflows.view_workflow"):
            raise Http404
        try:
            return run_of(wanted)
        except Missing as error:
            raise Http404(str(error)) from error
