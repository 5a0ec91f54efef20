"""Input that is taken as it is or refused: nothing is guessed from a wrong type, nothing unknown is passed over."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not have, naming those that it has."""

    def to_internal_value(self, data: Any) -> Any:
        """Check the names, then the values."""
        if isinstance(data, dict):
            known = ", ".join(self.fields)
            unknown = _("this is not known here; there are: %(names)s") % {"names": known}
            if problems := {str(name): [unknown] for name in data if name not in self.fields}:
                raise serializers.ValidationError(problems)
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A JSON string."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse numbers, which the base would turn into text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class ReadText(serializers.CharField):
    """A text that is read into something else, once it has been checked as a text."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Check, then read."""
        return self.read(super().run_validation(data))

    def read(self, text: str) -> Any:
        """Read the text.

        Raises:
            ValidationError: it cannot be read.
        """
        raise NotImplementedError


class Repeatable(serializers.ListField):
    """A query parameter that may be given several times."""

    def run_child_validation(self, data: Any) -> list[Any]:
        """Check each value; what is wrong with one is said of the parameter."""
        return [self.child.run_validation(item) for item in data]


class WholeNumber(serializers.IntegerField):
    """A JSON number without a fraction."""

    def to_internal_value(self, data: Any) -> int:
        """Refuse text and booleans, which the base would turn into numbers."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNo(serializers.BooleanField):
    """A JSON boolean."""

    def to_internal_value(self, data: Any) -> bool:
        """Refuse text and numbers, which the base would turn into booleans."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
