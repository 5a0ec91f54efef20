"""Lists of the administration in pages by unique columns, so that a list of millions opens like one of ten."""

from typing import Any, NamedTuple

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.paging import Columns, Window, read_key, read_page, write_key

AFTER, BEFORE = "after", "before"


class Keyset(NamedTuple):
    """What a list is sorted by, unique alone or together, and whether the largest comes first."""

    columns: Columns
    descending: bool


class KeysetChangeList(ChangeList):
    """A list that counts nothing and skips nothing: it knows its rows and the way to the neighbouring pages."""

    model_admin: Any

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """See Django."""
        if any("\0" in value for values in self.filter_params.values() for value in values):
            raise IncorrectLookupParameters  # no text in PostgreSQL has a NUL
        self.keyset = self.model_admin.get_keyset(request)
        # Taken out before filters and links are made from the parameters: a filtered list begins anew.
        self._place = {name: self._take(name) for name in (AFTER, BEFORE)}
        rows = super().get_queryset(request, exclude_parameters)
        return rows.defer(*self.model_admin.list_defer) if self.model_admin.list_defer else rows

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Sort by the key, whatever the address asks for."""
        columns = self.keyset.columns
        names = (columns,) if isinstance(columns, str) else columns
        return [f"-{name}" if self.keyset.descending else name for name in names]

    def get_results(self, request: HttpRequest) -> None:
        """Read one page; what Django shows of counts is that of the page."""
        window = Window(self.list_per_page, after=self._place[AFTER], before=self._place[BEFORE])
        page = read_page(self.queryset, self.keyset.columns, window, descending=self.keyset.descending)
        self.result_list = page.rows
        self.result_count = self.full_result_count = len(page.rows)
        self.show_full_result_count = False
        self.show_admin_actions = bool(page.rows)
        self.can_show_all = self.multi_page = False
        self.first_page_url = self.get_query_string() if any(self._place.values()) else None
        self.next_page_url = self._url(AFTER, page.after)
        self.previous_page_url = self._url(BEFORE, page.before)

    def _url(self, side: str, key: Any) -> str | None:
        return None if key is None else self.get_query_string({side: write_key(key)})

    def _take(self, name: str) -> Any:
        self.params.pop(name, None)
        values = self.filter_params.pop(name, None)
        if not values:
            return None
        try:
            return read_key(self.model, self.keyset.columns, values[-1])
        except ValueError as error:
            raise IncorrectLookupParameters(error) from error
