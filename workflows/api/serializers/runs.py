"""How runs look."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from workflows.api.paging import PageSerializer
from workflows.api.serializers.choices import OPERATIONS, PHASES, RUN_STATES
from workflows.models import Artifact


class RunProgressSerializer(serializers.Serializer[Any]):
    """Steps done, and steps known so far: a fan-out adds its items when it opens."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()


class RunErrorSerializer(serializers.Serializer[Any]):
    """Why a run failed, or is about to."""

    step = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    message = serializers.CharField()


class HoldSerializer(serializers.Serializer[Any]):
    """Who paused a run, why, and until when."""

    by = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    mode = serializers.CharField(help_text=_("drain: attempts in flight were let end; stop: they were told to stop"))
    until = serializers.DateTimeField(allow_null=True)
    then = serializers.CharField(allow_null=True, help_text=_("resume or stay: what happens when the hold ends"))


class ArtifactSerializer(serializers.Serializer[Any]):
    """A file that a step left with its run."""

    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text=_("bytes"))
    url = serializers.SerializerMethodField()

    def get_url(self, artifact: Artifact) -> str:
        """Give the path at which the content is."""
        return reverse("api-run-artifact", args=[artifact.workflow_id, artifact.name])


class RunSummarySerializer(serializers.Serializer[Any]):
    """A run as lists show it: without the values that it took and gave."""

    id = serializers.UUIDField()
    definition = serializers.CharField(source="definition_name")
    version = serializers.IntegerField(source="definition.version")
    status = serializers.ChoiceField(RUN_STATES)
    phase = serializers.ChoiceField(PHASES, allow_blank=True)
    in_flight = serializers.IntegerField(help_text=_("attempts that workers are at"))
    progress = RunProgressSerializer()
    error = RunErrorSerializer(allow_null=True)
    labels = serializers.DictField(child=serializers.CharField())
    priority = serializers.IntegerField()
    generation = serializers.IntegerField()
    revision = serializers.IntegerField()
    allowed_operations = serializers.ListField(child=serializers.ChoiceField(OPERATIONS))
    created_by = serializers.CharField(source="created_by_name")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    deadline_at = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(allow_null=True)
    hold = HoldSerializer(allow_null=True)
    hold_until = serializers.DateTimeField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class RunSerializer(RunSummarySerializer):
    """A run."""

    input = serializers.DictField()
    output = serializers.JSONField(help_text=_("any JSON; null until the run is completed"))
    artifacts = ArtifactSerializer(many=True)


class RunPageSerializer(PageSerializer):
    """A page of runs."""

    results = RunSummarySerializer(many=True)
