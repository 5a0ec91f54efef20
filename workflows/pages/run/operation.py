"""The console's page that asks whether an operation is to be done; with JavaScript its form opens in a dialog."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views import View
from django_htmx.http import HttpResponseClientRedirect

from workflows.admin.operations.dialogue import Dialogue
from workflows.admin.operations.effects import totals_of
from workflows.admin.operations.result import findings_of
from workflows.admin.operations.words import act_with_count, doing_in_words
from workflows.models import Workflow
from workflows.operations.request import Answer
from workflows.pages.base import Crumb, actor_of
from workflows.pages.run.addresses import back_from, name_of, operation_url
from workflows.states import Operation, ReasonCode

_INVERSE = {Operation.PAUSE: Operation.RESUME, Operation.RESUME: Operation.PAUSE}
"""Operations that another one undoes without a trace in the work."""


class OperationPage(View):
    """One operation on one run: ``GET`` shows what it would do, ``POST`` does it."""

    def dispatch(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        """See ``Dialogue``; whoever may not look is told so there, on record."""
        return _InConsole(request, actor_of(request), kwargs["workflow_id"], kwargs["operation"]).respond()


class _InConsole(Dialogue):
    """As a page of its own, or as the content of a dialog, which stays open while something can be put right."""

    kept_with: ClassVar[Mapping[ReasonCode, int]] = {
        **Dialogue.kept_with,
        **dict.fromkeys(
            (
                ReasonCode.FORBIDDEN_TRANSITION,
                ReasonCode.INVALID_STATE,
                ReasonCode.OPERATION_IN_PROGRESS,
                ReasonCode.OPERATION_FAILED,
            ),
            409,
        ),
        ReasonCode.RESOURCE_NOT_FOUND: 404,
    }

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.notes: list[tuple[str, str]] = []
        self.back = back_from(self.http.GET.get("back", ""), self.workflow_id)

    @property
    def _is_fragment(self) -> bool:
        return bool(self.http.htmx)  # type: ignore[attr-defined]  # django-htmx adds it

    def page(self, context: dict[str, Any], status: int) -> HttpResponse:
        """See ``Dialogue``."""
        effects = context["preview"].effects
        added = {
            "act_now": act_with_count(self.operation, self.step_id, effects),
            "doing": doing_in_words(self.operation),
            "totals": totals_of(effects),
            "is_dry_run": self.operation is Operation.DRY_RUN,
        }
        return self._shown("operation", {**context, **added}, status)

    def findings(self, run: Workflow, answer: Answer) -> HttpResponse:
        """See ``Dialogue``."""
        return self._shown("dry_run", findings_of(run, self.step_id, answer), 200)

    def leave(self, run: Workflow) -> HttpResponse:
        """Lead back to where the operation was asked for."""
        return HttpResponseClientRedirect(self.back) if self._is_fragment else HttpResponseRedirect(self.back)

    def note(self, level: int, text: str) -> None:
        """Keep it for the page that is shown next."""
        self.notes.append((messages.DEFAULT_TAGS[level], text))

    def done(self, answer: Answer) -> None:
        """Say so on the run's page, with the way back where there is a safe one."""
        inverse = _INVERSE.get(self.operation)
        text = answer.message
        if inverse:
            url = operation_url(inverse, self._run(), back=self.back)
            link = format_html('<a href="{}" data-operation="{}">{}</a>', url, inverse, _("Undo"))
            text = format_html("{} {}", answer.message, link)
        messages.success(self.http, text)

    def _shown(self, name: str, context: dict[str, Any], status: int) -> HttpResponse:
        run: Workflow = context["run"]
        frame = {
            "section": "runs",
            "crumbs": self._crumbs(run, context["title"]),
            "has_permission": True,
            "is_nav_sidebar_enabled": False,
            "back": self.back,
            "here": self.http.get_full_path(),
            "notes": [note for note in self.notes if note[1] != getattr(context.get("preview"), "message", "")],
        }
        template = f"console/run/{name}_form.html" if self._is_fragment else f"console/run/{name}.html"
        return TemplateResponse(self.http, template, {**frame, **context}, status=status)

    def _crumbs(self, run: Workflow, title: str) -> list[Crumb]:
        return [Crumb(_("Runs"), reverse("console:runs")), Crumb(name_of(run), self.back), Crumb(title)]
