"""Filters of the list of entries: the same as on the other surfaces, each with an index behind it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import operations
from audit.models import Result, Surface
from audit.selectors.entry_filter import read_filter
from workflows.admin.filters import GivenFilter
from workflows.admin.keyset import KeysetChangeList

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_Choices = Callable[[], Iterable[tuple[str, Any]]]


class EntryChangeList(KeysetChangeList):
    """Applies all filters at once: which index is read depends on all that is given."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """See Django."""
        entries = super().get_queryset(request, exclude_parameters)
        try:
            return read_filter(request.GET.dict()).narrow(entries)
        except ValueError as error:
            raise IncorrectLookupParameters(error) from error


class _EntryFilter(GivenFilter):
    """Only shown here; ``EntryChangeList`` applies it."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """See Django."""
        return queryset


class _Offered(_EntryFilter):
    """Offers values, and shows one that is not among them where a link brings it along."""

    offers: _Choices

    def has_output(self) -> bool:
        """See Django."""
        return True

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Offer all, and each value."""
        name, offered = self.parameter_name, dict(type(self).offers())
        if self.given:
            offered.setdefault(self.given, self.given)
        without = changelist.get_query_string(remove=[name])
        yield {"selected": not self.given, "query_string": without, "display": _("All")}
        for value, words in {
            **offered,
            **({self.given: offered.get(self.given, self.given)} if self.given else {}),
        }.items():
            link = changelist.get_query_string({name: value})
            yield {"selected": self.given == value, "query_string": link, "display": words}


def _brought(name: str, title: "StrOrPromise") -> type[_EntryFilter]:
    return type(f"Brought_{name}", (_EntryFilter,), {"parameter_name": name, "title": title})


def _offered(name: str, title: "StrOrPromise", offers: _Choices) -> type[_Offered]:
    members = {"parameter_name": name, "title": title, "offers": staticmethod(offers)}
    return type(f"Offered_{name}", (_Offered,), members)


def _days() -> Iterator[tuple[str, str]]:
    today = timezone.now().date()
    yield today.isoformat(), _("today")
    yield (today - timedelta(days=7)).isoformat(), _("the last 7 days")
    yield (today - timedelta(days=30)).isoformat(), _("the last 30 days")


def _operations() -> Iterable[tuple[str, str]]:
    named = [(name, operations.label_of(name)) for name in operations.registered()]
    return sorted(named, key=lambda item: item[1])


ENTRY_FILTERS = (
    _offered("since", gettext_lazy("time"), _days),
    _brought("until", gettext_lazy("until")),
    _offered("result", gettext_lazy("result"), lambda: Result.choices),
    _offered("surface", gettext_lazy("surface"), lambda: Surface.choices),
    _offered("operation_type", gettext_lazy("operation"), _operations),
    _brought("reason_code", gettext_lazy("outcome")),
    _brought("triggered_by", gettext_lazy("actor")),
    _brought("resource_type", gettext_lazy("resource type")),
    _brought("resource_id", gettext_lazy("resource")),
    _brought("request_id", gettext_lazy("request")),
    _brought("parent", gettext_lazy("part of the operation")),
)
