"""How graphs look: in the shape that React Flow draws."""

from typing import Any

from rest_framework import serializers

from workflows.api.serializers.choices import NODE_KINDS, STEP_STATES
from workflows.api.serializers.steps import ErrorSerializer, ProgressSerializer


class PositionSerializer(serializers.Serializer[Any]):
    """Where a node stands, in pixels."""

    x = serializers.IntegerField()
    y = serializers.IntegerField()


class NodeDataSerializer(serializers.Serializer[Any]):
    """What is written in a node."""

    label = serializers.CharField(source="id")  # type: ignore[assignment]  # a field's own label is not reachable here
    task = serializers.CharField(source="node.task")
    kind = serializers.ChoiceField(NODE_KINDS, source="type")
    needs = serializers.ListField(child=serializers.CharField(), source="node.needs")


class LiveNodeDataSerializer(NodeDataSerializer):
    """What is written in a node of a run."""

    status = serializers.ChoiceField(STEP_STATES, source="state.status")
    attempts = serializers.IntegerField(source="state.attempts")
    progress = ProgressSerializer(source="shown_progress", allow_null=True)
    error = ErrorSerializer(source="state.error", allow_null=True)
    started_at = serializers.DateTimeField(source="state.started_at", allow_null=True)
    finished_at = serializers.DateTimeField(source="state.finished_at", allow_null=True)


class NodeSerializer(serializers.Serializer[Any]):
    """A step; a fan-out is one node, however many items it has."""

    id = serializers.CharField()
    type = serializers.ChoiceField(NODE_KINDS)
    position = PositionSerializer()
    data = NodeDataSerializer(source="*")  # type: ignore[assignment]  # as above


class LiveNodeSerializer(NodeSerializer):
    """A step of a run."""

    data = LiveNodeDataSerializer(source="*")


class EdgeSerializer(serializers.Serializer[Any]):
    """An arrow from a step to one that needs it."""

    id = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # as above
    target = serializers.CharField()


class GraphSerializer(serializers.Serializer[Any]):
    """The graph of a definition."""

    nodes = NodeSerializer(many=True)
    edges = EdgeSerializer(many=True)


class LiveGraphSerializer(GraphSerializer):
    """The graph of a run, with how far each step is."""

    nodes = LiveNodeSerializer(many=True)
