"""Forms of the administration whose every use is on record: who changed what, from what to what."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audit.models import Result
from audit.record import record
from workflows.admin.operations.asking import actor_of
from workflows.engine.transaction import writing
from workflows.states import ReasonCode

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = object

_BEFORE = "venom.row_before"


@dataclass(frozen=True)
class Recorded:
    """What is told of a row: its name among its kind, and what an auditor wants to know of it."""

    name: str
    facts: Mapping[str, Any]


class RecordedAdmin(_ModelAdmin):
    """Goes before Django's own class; ``record_of`` tells of a row.

    Django tells of each change in one of three methods, and has one place where it begins each: these are extended.
    """

    kind: str

    def record_of(self, row: Any) -> Recorded:
        """Tell of a row as the database has it; each page says how, Django's classes leave no room for ``abc``."""
        raise NotImplementedError

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """See Django."""
        self._record(request, "add", obj, {"after": self._facts(obj)})
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """See Django."""
        before = request.META.pop(_BEFORE, None)
        self._record(request, "change", obj, {"fields": message, "before": before, "after": self._facts(obj)})
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Any]) -> Any:
        """See Django."""
        for row in queryset:
            self._record(request, "delete", row, {"before": self._facts(row)})
        return super().log_deletions(request, queryset)  # type: ignore[arg-type]  # Django hands on a list itself

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """See Django; keep what the row was."""
        if change:
            request.META[_BEFORE] = self._facts(obj)
        super().save_model(request, obj, form, change)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """See Django; it makes a transaction itself."""
        with self._refusals(request):
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """See Django; it makes a transaction itself."""
        with self._refusals(request):
            return super().delete_view(request, *args, **kwargs)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any) -> HttpResponse | None:
        """See Django; deletes many at once, which it does without a transaction."""
        with self._refusals(request), writing():
            return super().response_action(request, queryset, *args)

    def _facts(self, row: Any) -> dict[str, Any]:
        return dict(self.record_of(type(row).objects.get(pk=row.pk)).facts)

    def _record(self, request: HttpRequest, what: str, row: Any, params: dict[str, Any]) -> None:
        told = self.record_of(row)
        record(
            actor_of(request), f"{self.kind}_{what}", self.kind, told.name,
            result=Result.SUCCESS, reason_code=ReasonCode.OPERATION_COMPLETED, params=params,
        )  # fmt: skip

    @contextmanager
    def _refusals(self, request: HttpRequest) -> Iterator[None]:
        """Put on record that somebody was not let."""
        try:
            yield
        except PermissionDenied:
            if request.method == "POST":
                with writing():
                    record(
                        actor_of(request), f"{self.kind}_change", self.kind, "",
                        result=Result.FAILURE, reason_code=ReasonCode.PERMISSION_DENIED,
                        params={"path": request.path}, error_message=_("not permitted"),
                    )  # fmt: skip
            raise
