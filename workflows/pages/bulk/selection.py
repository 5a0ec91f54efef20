"""Which runs a bulk operation is asked for: those that are ticked, those that fit a filter, or those of another job."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from workflows.models import BulkItem, Workflow
from workflows.operations.bulk.ask import MOST_RUNS, NewBulk
from workflows.pages.runs.keys import size_in
from workflows.pages.runs.page import ALL
from workflows.pages.runs.query import RunQuery, query_in, query_of
from workflows.run_filter import RunFilter, filtered_runs
from workflows.selectors.bulk import runs_of_job
from workflows.states import Operation

TICKED, MATCHING, FILTER, LIKE, LIST = "run", "matching", "filter", "like", "list"
"""The fields of a form: ids, whether the filter counts instead of them, the filter, a job with the same runs, and the
query of the list that it was asked from."""


@dataclass(frozen=True)
class Selection:
    """One of three: ``ids``, a filter, or the runs of the job ``like``."""

    ids: tuple[UUID, ...] = ()
    wanted: RunFilter | None = None
    like: UUID | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen."""
        return not (self.ids or self.wanted is not None or self.like)

    @property
    def rows(self) -> QuerySet[Workflow]:
        """The runs that there are of it."""
        if self.wanted is not None:
            return filtered_runs(self.wanted)
        return runs_of_job(self.like) if self.like else Workflow.objects.filter(pk__in=self.ids)

    @property
    def named(self) -> int | None:
        """How many runs were named, whether there are such or not; ``None``: they are chosen by a filter."""
        if self.wanted is not None:
            return None
        return BulkItem.objects.filter(job=self.like).count() if self.like else len(self.ids)

    @property
    def query(self) -> RunQuery | None:
        """The filter as an address; ``None``: there is none."""
        return None if self.wanted is None else query_of(self.wanted)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The hidden fields that carry it from one page to the next."""
        if self.query is not None:
            return [(MATCHING, "1"), (FILTER, self.query.text)]
        return [(LIKE, str(self.like))] if self.like else [(TICKED, str(key)) for key in self.ids]

    def asked(self, operation: Operation) -> NewBulk:
        """Ask for an operation on it."""
        if self.wanted is not None:
            return NewBulk(operation, wanted=self.wanted)
        if not self.like:
            return NewBulk(operation, workflow_ids=self.ids)
        ids = BulkItem.objects.filter(job=self.like).values_list("workflow_id", flat=True)
        return NewBulk(operation, workflow_ids=list(ids[: MOST_RUNS + 1]))


def list_query_in(request: HttpRequest) -> str:
    """Give the query of the list that it was asked from, to lead back to it; what cannot be read is left out."""
    given = QueryDict(request.POST.get(LIST, "")) if request.method == "POST" else request.GET
    size = [("size", given["size"])] if given.get("size") == str(size_in(given)) else []
    # Of the list without a filter it is said so: without a query, a view of one's own would be opened.
    return urlencode([*query_in(given).pairs, *size] or ([ALL] if LIST in request.POST else []))


def selection_in(request: HttpRequest) -> Selection:
    """Read what was sent.

    Raises:
        SuspiciousOperation: it is nothing that a page of the portal sends.
    """
    if request.method != "POST":
        return _fitting(request.GET)
    if request.POST.get(LIKE):
        return Selection(like=_ids(request.POST.getlist(LIKE))[0])
    if request.POST.get(MATCHING):
        return _fitting(QueryDict(request.POST.get(FILTER, "")))
    return Selection(ids=_ids(request.POST.getlist(TICKED)))


def _fitting(given: QueryDict) -> Selection:
    """Choose by a filter: of the runs that there are when somebody looks, not of those that are created meanwhile."""
    query = query_in(given)
    if query.problems:
        raise SuspiciousOperation(" ".join(query.problems))
    wanted = query.wanted
    if wanted.is_empty:
        return Selection()
    return Selection(wanted=wanted if wanted.until else replace(wanted, until=timezone.now()))


def _ids(texts: Iterable[str]) -> tuple[UUID, ...]:
    try:
        return tuple(dict.fromkeys(UUID(text) for text in texts))
    except ValueError as error:
        raise SuspiciousOperation(_("What was selected is not a run.")) from error
