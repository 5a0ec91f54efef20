"""How events and log lines look, and how they are asked for."""

import logging
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from workflows.api.paging import NumberedQuery, PageSerializer
from workflows.api.serializers.strict import ReadText
from workflows.models import LogLine
from workflows.selectors.history import LogFilter

_LEVELS = {
    name: getattr(logging, name.upper()) for name in ("debug", "info", "warning", "error", "critical")
}  # fmt: skip


class EventSerializer(serializers.Serializer[Any]):
    """One thing that happened to a run."""

    seq = serializers.IntegerField(help_text=gettext_lazy("counts from 1 without a gap"))
    kind = serializers.CharField()
    step = serializers.CharField(allow_blank=True)
    data = serializers.DictField()  # type: ignore[assignment]  # what the base has under this name is not needed
    at = serializers.DateTimeField()


class EventPageSerializer(PageSerializer):
    """A page of a run's history."""

    results = EventSerializer(many=True)


class EventsQuery(NumberedQuery):
    """What a run's history can be asked."""


class LogLineSerializer(serializers.Serializer[Any]):
    """A line that a step logged or printed."""

    seq = serializers.IntegerField(help_text=gettext_lazy("counts over the whole run"))
    step = serializers.CharField()
    attempt = serializers.IntegerField(source="attempt.number")
    level = serializers.SerializerMethodField()
    logger = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()

    def get_level(self, line: LogLine) -> str:
        """Name the level; one in between has the name of the next lower one."""
        return next((name for name, number in reversed(_LEVELS.items()) if number <= line.level), "debug")


class LogPageSerializer(PageSerializer):
    """A page of a run's log."""

    results = LogLineSerializer(many=True)


@extend_schema_field({"type": "string", "enum": list(_LEVELS)})
class LevelField(ReadText):
    """The name of a log level, in upper or lower case."""

    def read(self, text: str) -> int:
        """Read the name into the number that ``logging`` gives it."""
        level = _LEVELS.get(text.lower())
        if level is None:
            raise serializers.ValidationError(_("a level is one of %(names)s") % {"names": ", ".join(_LEVELS)})
        return int(level)


class LogsQuery(NumberedQuery):
    """What a run's log can be asked."""

    step = serializers.CharField(required=False, help_text=gettext_lazy("only what this step logged, by its id"))
    level = LevelField(required=False, help_text=gettext_lazy("at least as grave as debug, info, warning…"))

    @property
    def wanted(self) -> LogFilter:
        """The lines that are asked for."""
        return LogFilter(self.validated_data.get("step", ""), self.validated_data.get("level", 0))
