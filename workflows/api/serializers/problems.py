"""How errors look: problem details (RFC 9457)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong."""

    code = serializers.CharField(help_text=_("what is wrong, for programs"))
    detail = serializers.CharField(help_text=_("what is wrong, for people"))
    attr = serializers.CharField(allow_null=True, help_text=_("the field that it is wrong with, as a dotted path"))


class ProblemSerializer(serializers.Serializer[Any]):
    """Why a request was not answered as wished."""

    type = serializers.CharField(help_text=_("always about:blank: the status says what kind of problem it is"))
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(help_text=_("the path of the request"))
    errors = ProblemErrorSerializer(many=True)  # type: ignore[assignment]  # the base has errors of another kind
    reason_code = serializers.CharField(required=False, help_text=_("why, for programs"))
