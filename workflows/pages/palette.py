"""What the command palette offers: pages, workflows to start, runs by the beginning of an id, operations on a run."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from django.http import HttpRequest, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View

from audit.actor import Actor
from workflows.admin.operations.bar import run_buttons
from workflows.operations import create
from workflows.pages.base import actor_of
from workflows.pages.run.addresses import leading_back, name_of, run_url
from workflows.selectors.errors import Missing
from workflows.selectors.find import definitions_named, runs_beginning_with
from workflows.selectors.run_page import run_head
from workflows.selectors.runs import run_id

_MOST: Final = 8
_LONGEST: Final = 100


@dataclass(frozen=True)
class Offer:
    """One line of the palette. ``operation`` is the operation whose dialog it opens; ``""``: it leads to a page."""

    group: str
    title: str
    detail: str
    url: str
    operation: str = ""


class PaletteView(View):
    """``?q=`` is what was typed so far, ``?run=`` the run whose page is open."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Offer what fits and what the person may see."""
        actor, typed = actor_of(request), request.GET.get("q", "").strip()[:_LONGEST].replace("\0", "")
        offers = [
            *_operations(actor, typed, request.GET.get("run", "")),
            *_runs(actor, typed),
            *_pages(actor, typed),
            *_workflows(actor, typed),
            *_search(actor, typed),
        ]
        return JsonResponse({"results": [asdict(offer) for offer in offers]}, headers={"Cache-Control": "no-store"})


def _operations(actor: Actor, typed: str, run: str) -> Iterator[Offer]:
    """Offer what may be done now to the run that is open."""
    if not run or not actor.may("workflows.view_workflow"):
        return
    try:
        found = run_head(run_id(run))
    except Missing:
        return
    for button in run_buttons(actor, found, leading_back(run_url(found.pk))):
        if button.why_not is None and _fits(typed, button.label):
            yield Offer(_("This run"), button.label, name_of(found), button.url, button.operation.value)


def _runs(actor: Actor, typed: str) -> Iterator[Offer]:
    if not typed or not actor.may("workflows.view_workflow"):
        return
    for run in runs_beginning_with(typed, _MOST):
        yield Offer(_("Runs"), name_of(run), f"{run.get_status_display()} · {run.pk}", run_url(run.pk))


def _search(actor: Actor, typed: str) -> Iterator[Offer]:
    """Offer the list of runs that fit, last: it always has something to say."""
    if typed and actor.may("workflows.view_workflow"):
        url = f"{reverse('console:runs')}?{urlencode({'q': typed})}"
        yield Offer(_("Runs"), _("Search runs for “%(text)s”") % {"text": typed}, "", url)


def _pages(actor: Actor, typed: str) -> Iterator[Offer]:
    """Offer the portal's pages, as its navigation does."""
    may_administer = bool(actor.user and actor.user.is_staff)
    pages = (
        (True, _("Dashboard"), "console:dashboard"),
        (actor.may("workflows.view_workflow"), _("Runs"), "console:runs"),
        (actor.may("workflows.view_definition"), _("Start a workflow"), "console:definitions"),
        (may_administer and actor.may("audit.view_entry"), _("Audit"), "admin:audit_entry_changelist"),
        (may_administer, _("Records"), "admin:index"),
        (True, _("API"), "api-docs"),
    )
    for may_see, title, name in pages:
        if may_see and _fits(typed, title):
            yield Offer(_("Pages"), title, "", reverse(name))


def _workflows(actor: Actor, typed: str) -> Iterator[Offer]:
    if not actor.may("workflows.view_definition") or not actor.may(create.PERMISSION):
        return
    for definition in definitions_named(typed, _MOST):
        try:
            url = reverse("console:start", args=[definition.name])
        except NoReverseMatch:  # names with characters that an address of the page cannot have
            continue
        yield Offer(_("Start"), definition.title, definition.name, url)


def _fits(typed: str, title: str) -> bool:
    """Tell whether each word that was typed stands in a title."""
    return all(word in title.casefold() for word in typed.casefold().split())
