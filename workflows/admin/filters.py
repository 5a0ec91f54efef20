"""Filters of the lists: each reads an index, and none reads a large table to know its choices."""

import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from workflows.models import Definition


class GivenFilter(admin.ListFilter):
    """A filter that a link brings along: shown only where it is set, to be taken off again."""

    parameter_name = ""
    column = ""

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        values = params.pop(self.parameter_name, None)
        self.given = values[-1] if values else None

    def has_output(self) -> bool:
        """See Django."""
        return self.given is not None

    def expected_parameters(self) -> list[str | None]:
        """See Django."""
        return [self.parameter_name]

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Offer to take it off."""
        yield {
            "selected": False,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("All"),
        }
        yield {"selected": True, "query_string": changelist.get_query_string(), "display": self.given}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """See Django."""
        try:
            return queryset.filter(**{self.column: self.read(str(self.given))})
        except ValueError as error:
            raise IncorrectLookupParameters(error) from error

    def read(self, text: str) -> Any:
        """Read the value as the address has it.

        Raises:
            ValueError: it cannot be one.
        """
        return text


class OfRun(GivenFilter):
    """The rows of one run."""

    title = _("run")
    parameter_name = "run"
    column = "workflow_id"

    def read(self, text: str) -> UUID:
        """See ``GivenFilter``."""
        return UUID(text)


class OfStepId(GivenFilter):
    """The rows of one step of a run, by the id that clients see."""

    title = _("step")
    parameter_name = "step"
    column = "step"


class DefinitionName(admin.SimpleListFilter):
    """Runs of one workflow, whatever the version."""

    title = _("definition")
    parameter_name = "definition"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Read the names from the definitions, of which there are few, not from the runs."""
        names = Definition.objects.order_by("name").values_list("name", flat=True).distinct()
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """See Django."""
        return queryset.filter(definition_name=self.value()) if self.value() else queryset


class AtLeastLevel(admin.SimpleListFilter):
    """Log lines of one run from some gravity on; over all runs there would be no index for it."""

    title = _("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """See Django."""
        if OfRun.parameter_name not in request.GET:
            return []
        levels = (logging.INFO, logging.WARNING, logging.ERROR)
        return [(str(level), logging.getLevelName(level)) for level in levels]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """See Django."""
        known = {value for value, _words in self.lookup_choices}
        return queryset.filter(level__gte=int(self.value() or 0)) if self.value() in known else queryset
