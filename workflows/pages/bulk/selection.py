"""Which runs a bulk operation is asked for: those that are ticked, those that fit a filter, or those of another job."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from workflows.models import BulkItem, Workflow
from workflows.operations.bulk.ask import MOST_RUNS, NewBulk
from workflows.pages.runs.query import RunQuery, query_in, query_of
from workflows.run_filter import RunFilter, filtered_runs
from workflows.selectors.bulk import runs_of_job
from workflows.states import Operation

TICKED, MATCHING, FILTER, LIKE = "run", "matching", "filter", "like"
"""The fields of a form: ids, whether the filter counts instead of them, the filter, and a job with the same runs."""


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
