"""Pages of lists: what a client asks for, and the envelope with the addresses of the neighbouring pages."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

from workflows.api.serializers.strict import ReadText, StrictSerializer
from workflows.selectors.paging import Page, Window

MAX_NUMBER = 2**63 - 1
_KEY_TYPES = {"uuid": UUID, "number": int, "text": str}


class CursorField(ReadText):
    """The place of a page, as ``next`` and ``previous`` give it: ``after:KEY`` or ``before:KEY``."""

    def __init__(self, key: str, **options: Any) -> None:
        super().__init__(
            required=False, help_text=gettext_lazy("the place of a page, from next or previous"), **options
        )
        self._type = _KEY_TYPES[key]

    def read(self, text: str) -> dict[str, Any]:
        """Read a cursor into the arguments of a ``Window``."""
        side, _colon, written = text.partition(":")
        try:
            key = self.read_key(written)
        except ValueError:
            key = None
        if side not in ("after", "before") or key is None or (isinstance(key, int) and abs(key) > MAX_NUMBER):
            raise serializers.ValidationError(_("this is no cursor; follow next or previous as they are"))
        return {side: key}

    def read_key(self, written: str) -> Any:
        """Read the key of a place.

        Raises:
            ValueError: it is none.
        """
        return self._type(written)


def page_size_field(default: int, most: int) -> serializers.IntegerField:
    """Make the field that says how many rows a page has."""
    return serializers.IntegerField(
        min_value=1, max_value=most, default=default, help_text=gettext_lazy("how many entries a page has at most")
    )


class CursorQuery(StrictSerializer):
    """The query of a list that is read through cursors; a list adds ``cursor``, ``page_size`` and its filters."""

    @property
    def window(self) -> Window:
        """The page that was asked for."""
        return Window(self.validated_data["page_size"], **self.validated_data.get("cursor", {}))

    @staticmethod
    def place(side: str, key: Any) -> tuple[str, str]:
        """Give the query parameter that leads to a neighbouring page."""
        return "cursor", f"{side}:{key}"


class NumberedQuery(StrictSerializer):
    """The query of a list of numbered entries, read through their numbers."""

    after = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_NUMBER, help_text=gettext_lazy("only entries with a higher number")
    )
    before = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_NUMBER,
        help_text=gettext_lazy("the last entries with a lower number; not together with after"),
    )
    page_size = page_size_field(default=1000, most=1000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse to look in both directions at once."""
        if "after" in attrs and "before" in attrs:
            raise serializers.ValidationError({"before": _("say either after or before")})
        return attrs

    @property
    def window(self) -> Window:
        """The page that was asked for."""
        data = self.validated_data
        return Window(data["page_size"], after=data.get("after"), before=data.get("before"))

    @staticmethod
    def place(side: str, key: Any) -> tuple[str, str]:
        """Give the query parameter that leads to a neighbouring page."""
        return side, str(key)


class PageSerializer(serializers.Serializer[Any]):
    """The envelope of every list; a list adds ``results``."""

    next = serializers.URLField(allow_null=True, help_text=gettext_lazy("the address of the next page"))
    previous = serializers.URLField(allow_null=True, help_text=gettext_lazy("the address of the previous page"))


def envelope(request: Request, query: CursorQuery | NumberedQuery, page: Page[Any], results: Any) -> dict[str, Any]:
    """Put results into their envelope; ``next`` and ``previous`` keep the filters of the request."""
    return {
        "next": _address(request, query, "after", page.after),
        "previous": _address(request, query, "before", page.before),
        "results": results,
    }


def _address(request: Request, query: CursorQuery | NumberedQuery, side: str, key: Any) -> str | None:
    if key is None:
        return None
    url = request.build_absolute_uri()
    for name in ("cursor", "after", "before"):
        url = remove_query_param(url, name)
    return replace_query_param(url, *query.place(side, key))
