"""How streams and changes are asked for, and how changes look."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from workflows.api.paging import MAX_NUMBER
from workflows.api.serializers.choices import RUN_STATES
from workflows.api.serializers.strict import StrictSerializer

MESSAGES: Final = ["run_event", "logs", "changed", "reset"]


class StreamQuery(StrictSerializer):
    """What a stream can be asked."""

    workflow = serializers.CharField(required=False, help_text=_("the run to follow; without it, changes of all runs"))
    after = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_NUMBER,
        help_text=_("go on after this id; the header Last-Event-ID goes before it"),
    )


class ChangesQuery(StrictSerializer):
    """What the changes can be asked."""

    after = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_NUMBER, help_text=_("the token of the answer before")
    )


class RunChangeSerializer(serializers.Serializer[Any]):
    """A run that has changed."""

    workflow = serializers.UUIDField()
    status = serializers.ChoiceField(RUN_STATES)


class ChangesSerializer(serializers.Serializer[Any]):
    """What has changed."""

    token = serializers.IntegerField(help_text=_("ask with it next time"))
    reset = serializers.BooleanField(help_text=_("too much has changed to be named: read the list anew"))
    runs = RunChangeSerializer(many=True)


class StreamMessageSerializer(serializers.Serializer[Any]):
    """One message of a stream, as a client of server-sent events reads it."""

    event = serializers.ChoiceField(MESSAGES)
    data = serializers.CharField(help_text=_("an object in JSON"))  # type: ignore[assignment]  # the base's is not needed
    id = serializers.CharField(required=False, help_text=_("what to send as Last-Event-ID to go on from here"))
