"""Pages that only show. Runs are changed by operations, which check, record and tell; never by a form."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.admin.keyset import Keyset, KeysetChangeList
from workflows.admin.shown import NOTHING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
    _InlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    _ModelAdmin, _TabularInline, _InlineFormSet = admin.ModelAdmin, admin.TabularInline, BaseInlineFormSet


def fieldset(title: "StrOrPromise | None", *fields: Any, collapsed: bool = False) -> Any:
    """Put fields under a heading: names, or functions of the row, which Django takes where it only shows."""
    return title, {"fields": fields, "classes": ("collapse",) if collapsed else ()}


class ReadOnly:
    """Nobody may add, change or delete here, superusers included; whoever has the ``view`` permission may look."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Say no."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Say no."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Say no."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Name every field that is shown."""
        return flatten_fieldsets(self.get_fieldsets(request, obj))  # type: ignore[attr-defined]  # of the admin it is mixed into


class ReadOnlyAdmin(ReadOnly, _ModelAdmin):
    """Lists through a unique key, newest first, without counting; a page for each row.

    ``list_defer`` names columns that are large and not shown in the list; ``list_times_exact``: its times are given as
    such, not by how long ago they were.
    """

    actions = None
    list_defer: tuple[str, ...] = ()
    list_times_exact = False
    list_per_page = 100
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()
    view_on_site = False
    change_list_template = "admin/keyset_change_list.html"
    change_form_template = "admin/read_only_change_form.html"

    class Media:
        css = {"all": ["workflows/admin.css"]}

    def get_keyset(self, request: HttpRequest) -> Keyset:
        """Say what the list is sorted by."""
        return Keyset("id", descending=True)

    def get_changelist(self, request: HttpRequest, **_options: Any) -> type[KeysetChangeList]:
        """See Django."""
        return KeysetChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """See Django; there is nothing to be sent here.

        Raises:
            PermissionDenied: something was.
        """
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """See Django; lead to the operators' page."""
        context["page_url"] = self.console_url(context["original"])
        return super().render_change_form(request, context, *args, **options)

    def console_url(self, row: Any) -> str:
        """Give the address of what a row is about among the operators' pages; ``""``: it has none there."""
        return ""

    @admin.display(description=gettext_lazy("page"))
    def its_page(self, row: Any) -> SafeString | str:
        """Link to the operators' page: a column."""
        url = self.console_url(row)
        return format_html('<a href="{}">{}</a>', url, _("Its page")) if url else NOTHING


class _CappedFormSet(_InlineFormSet):
    """The first rows of a relation that may have a great many."""

    at_most = 0
    _capped: QuerySet[Any] | None = None

    def get_queryset(self) -> QuerySet[Any]:
        """See Django."""
        if self._capped is None:
            self._capped = super().get_queryset()[: self.at_most]
        return self._capped


class ReadOnlyInline(ReadOnly, _TabularInline):
    """The first ``at_most`` rows that belong to a page's object; the page has a link to the whole list."""

    at_most = 200
    can_delete = False
    extra = 0
    max_num = 0
    ordering = ("id",)
    show_change_link = True

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **options: Any) -> Any:
        """See Django."""
        capped = type("CappedFormSet", (_CappedFormSet,), {"at_most": self.at_most})
        return super().get_formset(request, obj, formset=capped, **options)
