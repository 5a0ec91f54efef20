"""The OpenAPI schema: every operation with its answers, problems included."""

from typing import Any

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
        if status_code >= "400":
            media_types = [CONTENT_TYPE]
        describe: Any = super()._get_response_for_code
        return describe(serializer, status_code, media_types, direction)
