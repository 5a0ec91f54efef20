"""The OpenAPI schema: every operation with its answers, problems included."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_standardized_errors.openapi import AutoSchema

from workflows.api.problems import CONTENT_TYPE
from workflows.api.serializers.problems import ProblemSerializer


class ProblemSchema(AutoSchema):
    """Describes every error as problem details."""

    def _get_error_response_serializer(self, _status_code: str) -> type[ProblemSerializer]:
        return ProblemSerializer

    def _get_error_response_examples(self) -> list[Any]:
        return []

    def _get_response_for_code(
        self, serializer: Any, status_code: str, media_types: list[str] | None = None, direction: str = "response"
    ) -> Any:
        if status_code >= "400" and media_types is None:
            media_types = [CONTENT_TYPE]
        describe: Any = super()._get_response_for_code
        return describe(serializer, status_code, media_types, direction)


class StrictExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # registers itself, untyped
    """Says of bodies that nothing unknown may be in them."""

    target_class = "workflows.api.serializers.strict.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Describe the serializer as usual, and close it."""
        described = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # noqa: SLF001
        return {**described, "additionalProperties": False}
