"""Dry runs of definitions: how they are asked for, and what they answer."""

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from workflows.api.serializers.strict import StrictSerializer, WholeNumber
from workflows.forecast.previews import Outcome
from workflows.forecast.simulation import Action, Why
from workflows.operations.create import NewRun


class DryRunRequestSerializer(StrictSerializer):
    """The run that is not created; what the values may be is decided by the operation."""

    version = WholeNumber(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    input = serializers.JSONField(
        required=False, default=dict, help_text=gettext_lazy("an object that fits the definition's input_schema")
    )

    def asked(self, name: str) -> NewRun:
        """The request to the operation."""
        return NewRun(name, **self.validated_data)


class StepSecondsSerializer(serializers.Serializer[object]):
    """How long a step took before."""

    median = serializers.FloatField()
    p95 = serializers.FloatField()


class StepPreviewSerializer(serializers.Serializer[object]):
    """What the author's preview of a step told; of a fan-out, for the item at this place."""

    outcome = serializers.ChoiceField([outcome.value for outcome in Outcome])
    value = serializers.JSONField(allow_null=True)
    message = serializers.CharField(allow_blank=True)
    item = serializers.IntegerField(allow_null=True)


class SimulatedActionSerializer(serializers.Serializer[object]):
    """What would become of a step."""

    step_id = serializers.CharField()
    action = serializers.ChoiceField([action.value for action in Action])
    reason = serializers.ChoiceField([why.value for why in Why])
    message = serializers.CharField()
    estimated_seconds = StepSecondsSerializer(allow_null=True)
    condition = serializers.CharField(required=False)
    unknown_until = serializers.ListField(child=serializers.CharField(), required=False)
    width = serializers.IntegerField(required=False, allow_null=True)
    items = serializers.IntegerField(required=False, allow_null=True)
    preview = StepPreviewSerializer(required=False)


class FindingSerializer(serializers.Serializer[object]):
    """Something that stands in the way of the steps."""

    code = serializers.CharField()
    message = serializers.CharField()


class DryRunSerializer(serializers.Serializer[object]):
    """What a run of the definition would do."""

    definition = serializers.CharField(source="definition.name")
    version = serializers.IntegerField(source="definition.version")
    dry_run = serializers.BooleanField(default=True, read_only=True)
    message = serializers.CharField()
    simulated_actions = SimulatedActionSerializer(source="outlook.actions", many=True)
    estimated_seconds = serializers.FloatField(source="outlook.estimated_seconds", allow_null=True)
    findings = FindingSerializer(source="outlook.findings", many=True)
