"""How bulk operations are asked for, and how they look."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from workflows.api.paging import CursorField, CursorQuery, PageSerializer, page_size_field
from workflows.api.serializers.choices import BULK_ACTS, BULK_OPERATIONS, BULK_RESULTS, BULK_STATES, REASON_CODES
from workflows.api.serializers.operations import Id, OperationByPathSerializer
from workflows.api.serializers.run_requests import RunFilterFields
from workflows.api.serializers.strict import StrictSerializer, Text, YesNo
from workflows.operations.bulk.ask import NewBulk
from workflows.operations.bulk.steer import allowed_acts
from workflows.selectors.bulk import BulkView, ItemFilter
from workflows.states import Operation

_LONGEST_REASON = 2000


class RunFilterSerializer(RunFilterFields):
    """Which runs are meant, as the list of runs is filtered."""


class NewBulkSerializer(OperationByPathSerializer):
    """An operation on many runs: those that fit a filter, or these."""

    ticket = None  # type: ignore[assignment]  # the framework's way to leave a field out: a ticket binds one run
    operation = serializers.ChoiceField(BULK_OPERATIONS)
    filter = RunFilterSerializer(required=False)
    workflow_ids = serializers.ListField(child=Id(), required=False)
    dry_run = YesNo(required=False, default=False, help_text=_("do nothing; each run tells what would come of it"))

    def asked_bulk(self, operation_id: UUID | None) -> NewBulk:
        """Give the request to the operation."""
        given = dict(self.validated_data)
        own = ("step_id", "workflow_ids", "dry_run", "metadata", "reason")
        return NewBulk(
            operation=Operation(given.pop("operation")),
            wanted=RunFilterFields.filter_of(given.pop("filter")) if "filter" in given else None,
            operation_id=operation_id,
            **{name: given.pop(name) for name in own if name in given},
            options=given,
        )


class SteerBulkSerializer(StrictSerializer):
    """What can be said when a bulk job is steered."""

    reason = Text(max_length=_LONGEST_REASON, required=False, allow_blank=True, help_text=_("kept on record"))


class BulkCountsSerializer(serializers.Serializer[Any]):
    """How many runs there are, and how many with each result."""

    total = serializers.IntegerField()
    waiting = serializers.IntegerField()
    done = serializers.IntegerField(help_text=_("in a dry run: would be done"))
    refused = serializers.IntegerField()
    already = serializers.IntegerField(help_text=_("refused, as they are in the state that was asked for"))
    gone = serializers.IntegerField(help_text=_("there is no such run, or no more"))


class BulkJobSerializer(serializers.Serializer[Any]):
    """A bulk job as it is now."""

    id = serializers.UUIDField(source="row.id", help_text=_("also of its audit entry"))
    operation = serializers.ChoiceField(BULK_OPERATIONS, source="row.operation")
    step_id = serializers.CharField(source="row.step_id", allow_blank=True)
    options = serializers.DictField(source="row.options")
    metadata = serializers.DictField(source="row.metadata")
    reason = serializers.CharField(source="row.reason", allow_blank=True)
    dry_run = serializers.BooleanField(source="row.dry_run")
    status = serializers.ChoiceField(BULK_STATES, source="row.status")
    counts = BulkCountsSerializer()
    reason_codes = serializers.DictField(
        child=serializers.IntegerField(), help_text=_("how many runs have been answered with each code")
    )
    allowed_actions = serializers.SerializerMethodField()
    retry_of = serializers.UUIDField(source="row.retry_of_id", allow_null=True)
    created_by = serializers.CharField(source="row.created_by_name")
    created_at = serializers.DateTimeField(source="row.created_at")
    finished_at = serializers.DateTimeField(source="row.finished_at", allow_null=True)

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(BULK_ACTS)))
    def get_allowed_actions(self, view: BulkView) -> list[str]:
        """List what can be asked of the job now."""
        return [act.value for act in allowed_acts(view.row.status)]


class BulkJobPageSerializer(PageSerializer):
    """A page of bulk jobs."""

    results = BulkJobSerializer(many=True)


class BulkJobsQuery(CursorQuery):
    """What the list of bulk jobs can be asked."""

    cursor = CursorField(key="uuid")
    page_size = page_size_field(default=50, most=200)


class BulkItemSerializer(serializers.Serializer[Any]):
    """What came of one run."""

    workflow_id = serializers.UUIDField()
    result = serializers.ChoiceField(BULK_RESULTS)
    reason_code = serializers.ChoiceField(REASON_CODES, allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    operation_id = serializers.UUIDField(allow_null=True, help_text=_("of the audit entry; null in a dry run"))
    at = serializers.DateTimeField(allow_null=True)


class BulkItemPageSerializer(PageSerializer):
    """A page of results."""

    results = BulkItemSerializer(many=True)


class BulkItemsQuery(CursorQuery):
    """What the results of a bulk job can be asked."""

    result = serializers.ChoiceField(BULK_RESULTS, required=False)
    reason_code = serializers.ChoiceField(REASON_CODES, required=False)
    cursor = CursorField(key="number")
    page_size = page_size_field(default=50, most=1000)

    @property
    def wanted(self) -> ItemFilter:
        """The results that are asked for."""
        return ItemFilter(self.validated_data.get("result", ""), self.validated_data.get("reason_code", ""))
