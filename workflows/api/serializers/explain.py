"""Why a run moves or does not."""

from rest_framework import serializers

from workflows.api.serializers.choices import RUN_STATES


class ReasonSerializer(serializers.Serializer[object]):
    """One thing that keeps a run where it is, or moves it."""

    code = serializers.CharField()
    message = serializers.CharField()
    step_id = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    what_would_move_it = serializers.CharField()


class ExplanationSerializer(serializers.Serializer[object]):
    """Where a run stands, whether work goes on, and why."""

    workflow_id = serializers.UUIDField(source="run.id")
    status = serializers.ChoiceField(RUN_STATES, source="run.status")
    phase = serializers.CharField(source="run.phase")
    moving = serializers.BooleanField()
    reasons = ReasonSerializer(many=True)
