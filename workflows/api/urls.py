"""The addresses of the REST API."""

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from workflows.api.bulk_urls import urlpatterns as bulk_patterns
from workflows.api.operation_urls import urlpatterns as operation_patterns
from workflows.api.views.artifacts import ArtifactView
from workflows.api.views.definitions import DefinitionsView, DefinitionView
from workflows.api.views.dry_runs import DefinitionDryRunView
from workflows.api.views.explain import ExplainView
from workflows.api.views.history import EventsView, LogsView
from workflows.api.views.runs import RunDetailView, RunGraphView, RunsView
from workflows.api.views.steps import StepsView, StepView

# Swagger UI's own style sheet has its icons in it.
_documentation = csp_update({"img-src": ["data:"]})(
    login_required(SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api/documentation.html"))
)

_RUN = "v1/workflows/<str:workflow_id>"

urlpatterns = [
    path("v1/definitions/", DefinitionsView.as_view(), name="api-definitions"),
    path("v1/definitions/<str:name>/", DefinitionView.as_view(), name="api-definition"),
    path("v1/definitions/<str:name>/dry-run/", DefinitionDryRunView.as_view(), name="api-definition-dry-run"),
    path("v1/workflows/", RunsView.as_view(), name="api-runs"),
    path(f"{_RUN}/", RunDetailView.as_view(), name="api-run"),
    path(f"{_RUN}/steps/", StepsView.as_view(), name="api-run-steps"),
    path(f"{_RUN}/steps/<str:step_id>/", StepView.as_view(), name="api-run-step"),
    path(f"{_RUN}/events/", EventsView.as_view(), name="api-run-events"),
    path(f"{_RUN}/logs/", LogsView.as_view(), name="api-run-logs"),
    path(f"{_RUN}/graph/", RunGraphView.as_view(), name="api-run-graph"),
    path(f"{_RUN}/explain/", ExplainView.as_view(), name="api-run-explain"),
    path(f"{_RUN}/artifacts/<str:name>", ArtifactView.as_view(), name="api-run-artifact"),
    *operation_patterns,
    *bulk_patterns,
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", _documentation, name="api-docs"),
]
