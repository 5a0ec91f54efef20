"""How steps and attempts look, and how steps are asked for."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from workflows.api.paging import CursorField, CursorQuery, PageSerializer, page_size_field
from workflows.api.serializers.choices import ATTEMPT_STATES, STEP_KINDS, STEP_STATES, VALUES
from workflows.api.serializers.strict import Repeatable
from workflows.selectors.steps import StepFilter


class ErrorSerializer(serializers.Serializer[Any]):
    """Why a step or an attempt failed."""

    code = serializers.CharField()
    message = serializers.CharField()


@extend_schema_field(OpenApiTypes.NUMBER)
class NumberField(serializers.Field[float, Any, float, Any]):
    """A number as it is: whole numbers stay whole."""

    def to_representation(self, value: float) -> float:
        """Change nothing."""
        return value


class ProgressSerializer(serializers.Serializer[Any]):
    """How far a step is: what it told itself, or the items of a fan-out."""

    done = NumberField()
    total = NumberField()
    note = serializers.CharField(required=False)
    failed = serializers.IntegerField(required=False, help_text=_("items of a fan-out that failed"))
    running = serializers.IntegerField(required=False, help_text=_("items of a fan-out that run"))


class StepSerializer(serializers.Serializer[Any]):
    """A step as lists show it: without the values that it took and gave."""

    id = serializers.CharField(help_text=_("the step's key, or key[3] for the fourth item of a fan-out"))
    kind = serializers.ChoiceField(STEP_KINDS)
    task = serializers.CharField(source="row.task")
    status = serializers.ChoiceField(STEP_STATES, source="row.status")
    queue = serializers.CharField(source="row.queue", help_text=_("only workers that serve it run the step"))
    priority = serializers.IntegerField(source="row.priority", help_text=_("the run's: higher is claimed first"))
    attempts = serializers.IntegerField(source="row.attempt", help_text=_("how many there were"))
    needs = serializers.ListField(child=serializers.CharField(), source="node.needs")
    started_at = serializers.DateTimeField(source="row.started_at", allow_null=True)
    finished_at = serializers.DateTimeField(source="row.finished_at", allow_null=True)
    due_at = serializers.DateTimeField(source="row.due_at", allow_null=True, help_text=_("when it may be claimed"))
    progress = ProgressSerializer(allow_null=True)
    error = ErrorSerializer(source="row.error", allow_null=True)


class AttemptSerializer(serializers.Serializer[Any]):
    """What happened when a worker ran a step."""

    number = serializers.IntegerField()
    generation = serializers.IntegerField()
    status = serializers.ChoiceField(ATTEMPT_STATES)
    worker = serializers.CharField(source="session", allow_null=True, help_text=_("host and process"))
    is_replay = serializers.BooleanField(help_text=_("whether it only tried the step again, beside the run"))
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    error = ErrorSerializer(allow_null=True)
    traceback = serializers.CharField(allow_blank=True)
    output = serializers.JSONField(help_text=_("what it gave, where that did not become the step's output"))
    dropped_log_lines = serializers.IntegerField()


class StepDetailSerializer(StepSerializer):
    """A step with its values and every attempt at it."""

    generation = serializers.IntegerField(source="row.generation")
    input = serializers.JSONField(help_text=_("the arguments; null for a fan-out and for what waits or was skipped"))
    output = serializers.JSONField(help_text=_("any JSON; of a fan-out, the list of its items' outputs"))
    omitted = serializers.ListField(
        child=serializers.ChoiceField(VALUES), help_text=_("values that are too large to be shown here")
    )
    checkpoint = serializers.JSONField(source="row.checkpoint")
    attempt_history = AttemptSerializer(source="attempts", many=True)


class StepPageSerializer(PageSerializer):
    """A page of steps."""

    results = StepSerializer(many=True)


class StepsQuery(CursorQuery):
    """What the list of a run's steps can be asked."""

    status = Repeatable(
        child=serializers.ChoiceField(STEP_STATES), required=False, help_text=_("may be repeated: any of these")
    )
    key = serializers.CharField(required=False, help_text=_("only the step of this key, with its items"))
    cursor = CursorField(key="number")
    page_size = page_size_field(default=500, most=1000)

    @property
    def wanted(self) -> StepFilter:
        """The steps that are asked for."""
        return StepFilter(self.validated_data.get("status", ()), self.validated_data.get("key", ""))
