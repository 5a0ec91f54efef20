"""The addresses of operations. Clients write them without a slash at the end; with one they work too."""

from typing import Any

from django.urls import URLPattern, path

from workflows.api.views.operations import OperationByPathView, PreviewView, StepOperationByPathView, view_of
from workflows.states import Operation

_OPERATIONS = "v1/workflow/operations"
_RUN = "v1/workflow/control/workflow/<str:workflow_id>"
_STEP = f"{_RUN}/step/<str:step_id>"


def with_and_without_slash(route: str, view: Any, name: str) -> list[URLPattern]:
    """Give both forms of an address; the schema, and whoever reverses the name, has the one without a slash."""
    return [path(f"{route}/", view.as_view(schema=None), name=name), path(route, view.as_view(), name=name)]


def _dashed(operation: Operation) -> str:
    return operation.replace("_", "-")


urlpatterns = [
    pattern
    for patterns in (
        *(
            with_and_without_slash(f"{_OPERATIONS}/{_dashed(item)}", view_of(item), f"api-{_dashed(item)}")
            for item in Operation
        ),
        with_and_without_slash(f"{_OPERATIONS}/preview", PreviewView, "api-preview"),
        with_and_without_slash(f"{_RUN}/<str:operation>", OperationByPathView, "api-operate"),
        with_and_without_slash(f"{_STEP}/<str:action>", StepOperationByPathView, "api-operate-on-step"),
    )
    for pattern in patterns
]
