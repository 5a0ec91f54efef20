"""How operations are asked for, and how they and their previews are answered."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from workflows.api.serializers.choices import OPERATIONS, REASON_CODES, RUN_STATES
from workflows.api.serializers.problems import ProblemErrorSerializer
from workflows.api.serializers.strict import StrictSerializer, Text
from workflows.operations.pause import DRAIN, RESUME, STAY, STOP
from workflows.operations.request import Answer, Request
from workflows.states import Operation, ReasonCode
from workflows.values import NotJson, TooLarge, encode, to_json

_LONGEST_STEP_ID = 220
_LONGEST_REASON = 2000
_OPTIONS = ("mode", "hold_until", "then", "output")


class Id(serializers.UUIDField):
    """A UUID as JSON writes it."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse numbers, which the base would turn into ids."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Value(serializers.JSONField):
    """Any JSON that the database takes."""

    def to_internal_value(self, data: Any) -> Any:
        """Check its text and its size."""
        try:
            encode(to_json(data, self.field_name or "value"))
        except (NotJson, TooLarge) as error:
            raise serializers.ValidationError(str(error)) from error
        return data


@extend_schema_field({"type": "object", "additionalProperties": True})
class Metadata(Value):
    """An object with anything in it."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is no object."""
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("this should be an object"))
        return super().to_internal_value(data)


class _Options(StrictSerializer):
    step_id = Text(
        max_length=_LONGEST_STEP_ID,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("a step's key, or key[3] for an item of a fan-out"),
    )
    reason = Text(
        max_length=_LONGEST_REASON, required=False, allow_blank=True, help_text=gettext_lazy("kept on record")
    )
    metadata = Metadata(required=False, help_text=gettext_lazy("kept on record, and echoed"))

    def asked(self, operation: Operation, **more: Any) -> Request:
        """Give the request to the operation; ``more`` of its fields come from elsewhere."""
        given = dict(self.validated_data)
        given.pop("operation", None)
        options = {name: given.pop(name) for name in _OPTIONS if name in given}
        ticket = given.pop("ticket", None)
        return Request(operation, options=options, ticket=str(ticket) if ticket else None, **{**given, **more})


class _Ticket(serializers.Serializer[Any]):
    ticket = Id(required=False, help_text=gettext_lazy("do exactly what this preview has shown, or nothing"))


class _PauseOptions(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(
        [DRAIN, STOP], required=False, help_text=gettext_lazy("let attempts in flight end, or tell them to stop")
    )
    hold_until = Text(max_length=100, required=False, help_text=gettext_lazy("a time to come, with its offset"))
    then = serializers.ChoiceField(
        [RESUME, STAY], required=False, help_text=gettext_lazy("what happens when the hold ends")
    )


class _SkipOptions(serializers.Serializer[Any]):
    output = Value(
        required=False, allow_null=True, help_text=gettext_lazy("what the steps that need it are given in its place")
    )


class _OfRun(_Options):
    workflow_id = Id()
    operation = Text(required=False, help_text=gettext_lazy("where it is given, the operation of this address"))

    def validate_operation(self, value: str) -> str:
        """Refuse the name of another operation: one of the two is a mistake."""
        if value != self.context["operation"]:
            raise serializers.ValidationError(
                _("this address is for %(operation)s") % {"operation": self.context["operation"]}
            )
        return value


class OperationSerializer(_Ticket, _OfRun):
    """An operation on a run."""


class PauseSerializer(_PauseOptions, OperationSerializer):
    """A pause."""


class StepOperationSerializer(OperationSerializer):
    """An operation on a step of a run."""

    step_id = Text(max_length=_LONGEST_STEP_ID)


class SkipStepSerializer(_SkipOptions, StepOperationSerializer):
    """A step that is to be skipped."""


class OperationByPathSerializer(_Ticket, _PauseOptions, _SkipOptions, _Options):
    """What an operation is given whose address names the run; each takes its own options only."""


class NewPreviewSerializer(_PauseOptions, _SkipOptions, _Options):
    """An operation that is to be previewed, as it would be sent."""

    workflow_id = Id()
    operation = serializers.ChoiceField(OPERATIONS)


class AnswerSerializer(serializers.Serializer[Any]):
    """What came of an operation; the same for every outcome."""

    workflow_id = serializers.UUIDField()
    operation = serializers.ChoiceField(OPERATIONS)
    status = serializers.ChoiceField(
        RUN_STATES, allow_null=True, help_text=gettext_lazy("the state after it; null where there is no such run")
    )
    reason_code = serializers.ChoiceField(REASON_CODES)
    message = serializers.CharField()
    timestamp = serializers.DateTimeField()
    metadata = serializers.DictField(help_text=gettext_lazy("the request's, and what the operation adds"))
    allowed_operations = serializers.ListField(child=serializers.ChoiceField(OPERATIONS))
    operation_id = serializers.UUIDField(help_text=gettext_lazy("of the audit entry"))
    errors = ProblemErrorSerializer(  # type: ignore[assignment]  # the base has errors of another kind
        many=True, required=False, help_text=gettext_lazy("with 400: what the operation cannot use, field by field")
    )

    def to_representation(self, instance: Answer) -> dict[str, Any]:
        """Write what is wrong with single fields as problems do."""
        shown: dict[str, Any] = super().to_representation(instance)
        if instance.reason_code is ReasonCode.INVALID_CONFIGURATION:
            fields = shown["metadata"].pop("fields", {})
            shown["errors"] = [
                {"code": "invalid", "detail": text, "attr": name} for name, texts in fields.items() for text in texts
            ]
        return shown


class EffectSerializer(serializers.Serializer[Any]):
    """What an operation does to one step."""

    step_id = serializers.CharField()
    effect = serializers.CharField()
    reason = serializers.CharField()
    count = serializers.IntegerField(help_text=gettext_lazy("how many items of a fan-out"))


class PreviewSerializer(serializers.Serializer[Any]):
    """What an operation would do now."""

    workflow_id = serializers.UUIDField()
    operation = serializers.ChoiceField(OPERATIONS)
    ticket = serializers.UUIDField(allow_null=True, help_text=gettext_lazy("binds the operation to these effects"))
    expires_at = serializers.DateTimeField(allow_null=True)
    allowed = serializers.BooleanField()
    reason_code = serializers.ChoiceField(REASON_CODES)
    message = serializers.CharField()
    effects = EffectSerializer(many=True)
    estimated_seconds = serializers.FloatField(allow_null=True)
    operation_id = serializers.UUIDField(help_text=gettext_lazy("of the audit entry"))
