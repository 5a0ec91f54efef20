"""Views that somebody keeps of the list of runs."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from workflows.models import SavedView
from workflows.operations.saved_views import TooManyViews, delete_view, make_default, make_no_default, save_view
from workflows.pages.base import Crumb, Page
from workflows.pages.runs.chips import still_chips
from workflows.pages.runs.query import query_in
from workflows.selectors.errors import Missing
from workflows.selectors.saved_views import saved_view, saved_views_of

MENU = "saved-views"
"""The menu above the list of runs, which is fetched after the list."""

_ACTS: dict[str, Callable[[SavedView], None]] = {
    "delete": delete_view,
    "default": make_default,
    "no-default": make_no_default,
}


class ViewForm(forms.Form):
    """A filter and the name that it is to have."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    query = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    is_default = forms.BooleanField(label=gettext_lazy("Open it when I come to the list"), required=False)

    def clean_query(self) -> str:
        """Keep what is a part of a filter."""
        return query_in(QueryDict(self.cleaned_data["query"])).text


class ViewsPage(Page):
    """The views of whoever looks; ``query`` in the address is the filter that can be kept."""

    section = "runs"
    permission_required = "workflows.view_workflow"

    @property
    def template_name(self) -> str:  # type: ignore[override]  # Django's is a plain attribute
        """The page, or the menu that the list has of it."""
        htmx = self.request.htmx  # type: ignore[attr-defined]  # django-htmx adds it
        return "console/runs/views_menu.html" if htmx and htmx.target == MENU else "console/runs/views.html"

    @property
    def title(self) -> str:
        """See ``Page``."""
        return _("Saved views")

    def crumbs(self) -> list[Crumb]:
        """See ``Page``."""
        return [Crumb(_("Runs"), reverse("console:runs")), Crumb(self.title)]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Keep a filter under a name."""
        form = ViewForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        given = form.cleaned_data
        try:
            view = save_view(_user_id(request), given["name"], given["query"], is_default=given["is_default"])
        except TooManyViews as error:
            form.add_error(None, str(error))
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
        return HttpResponseRedirect(_list_url(view.query))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the views, and the form for one more."""
        query = query_in(QueryDict(self.request.POST.get("query", self.request.GET.get("query", ""))))
        kwargs.setdefault("form", ViewForm(initial={"query": query.text}, label_suffix=""))
        return super().get_context_data(
            views=[_shown(view, query.text) for view in saved_views_of(_user_id(self.request))],
            query=query.text,
            chips=still_chips(query),
            back=_list_url(query.text),
            **kwargs,
        )


class ViewView(PermissionRequiredMixin, View):
    """Changes one view of whoever asks."""

    http_method_names = ("post",)
    permission_required = "workflows.view_workflow"

    def post(self, request: HttpRequest, view_id: int, act: str) -> HttpResponse:
        """Delete it, or let it be opened first or not.

        Raises:
            Http404: they have no such view, or there is no such act.
        """
        try:
            _ACTS[act](saved_view(_user_id(request), view_id))
        except (KeyError, Missing) as error:
            raise Http404 from error
        return HttpResponseRedirect(reverse("console:views"))


def _shown(view: SavedView, query: str) -> dict[str, Any]:
    chips = still_chips(query_in(QueryDict(view.query)))
    return {"view": view, "url": _list_url(view.query), "chips": chips, "is_shown": view.query == query}


def _list_url(text: str) -> str:
    return f"{reverse('console:runs')}?{text or 'view=all'}"


def _user_id(request: HttpRequest) -> int:
    return cast(User, request.user).pk
