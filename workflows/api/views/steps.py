"""The steps of a run."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from workflows.api.paging import envelope
from workflows.api.serializers.steps import StepDetailSerializer, StepPageSerializer, StepSerializer, StepsQuery
from workflows.api.views.base import RunView, query_of
from workflows.selectors.step_details import step_of
from workflows.selectors.steps import steps_page, views_of


class StepsView(RunView):
    """All steps of a run."""

    @extend_schema("list_steps", parameters=[StepsQuery], responses=StepPageSerializer)
    def get(self, request: Request, workflow_id: str) -> Response:
        """List steps in the order of the graph; items of fan-outs, made later, stand behind all of these."""
        query = query_of(request, StepsQuery)
        page = steps_page(workflow_id, query.wanted, query.window)
        steps = StepSerializer(views_of(workflow_id, page.rows), many=True)
        return Response(envelope(request, query, page, steps.data))


class StepView(RunView):
    """One step of a run."""

    @extend_schema("get_step", responses=StepDetailSerializer)
    def get(self, _request: Request, workflow_id: str, step_id: str) -> Response:
        """Give a step with the values that it took and gave, and every attempt at it."""
        return Response(StepDetailSerializer(step_of(workflow_id, step_id)).data)
