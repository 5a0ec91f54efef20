"""Why a run moves or does not."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from workflows.api.serializers.explain import ExplanationSerializer
from workflows.api.views.base import RunView
from workflows.dispatch import broker_answers
from workflows.selectors.explain import explain


class ExplainView(RunView):
    """Why a run moves or does not."""

    @extend_schema("explain_run", responses=ExplanationSerializer)
    def get(self, _request: Request, workflow_id: str) -> Response:
        """Say why a run moves or does not, and what would move it."""
        return Response(ExplanationSerializer(explain(workflow_id, broker_answers=broker_answers())).data)
