"""Operations on runs: sent with the run in the body, or with the run in the address."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import Entry
from workflows.api.idempotency import IDEMPOTENCY_KEY, Idempotent, idempotent
from workflows.api.problems import CONTENT_TYPE, status_of
from workflows.api.serializers.operations import (
    AnswerSerializer,
    NewPreviewSerializer,
    OperationByPathSerializer,
    OperationSerializer,
    PauseSerializer,
    PreviewSerializer,
    SkipStepSerializer,
    StepOperationSerializer,
)
from workflows.api.serializers.problems import ProblemSerializer
from workflows.api.views.base import ApiView, actor_of
from workflows.operations import request as asked
from workflows.operations.perform import perform
from workflows.operations.preview import preview
from workflows.operations.remembered import answer_from, request_of
from workflows.selectors.runs import run_id
from workflows.states import Operation, ReasonCode

_BODIES: Final[dict[Operation, type[OperationSerializer]]] = {
    Operation.PAUSE: PauseSerializer,
    Operation.SKIP_STEP: SkipStepSerializer,
    Operation.REPLAY_STEP: StepOperationSerializer,
}
_STEP_ACTIONS: Final = {
    "retry_from_step": Operation.RETRY,
    "replay_step": Operation.REPLAY_STEP,
    "skip_step": Operation.SKIP_STEP,
}
_DESCRIPTIONS: Final = {
    Operation.START: gettext_lazy("Start an idle run."),
    Operation.PAUSE: gettext_lazy("Pause a run: nothing more of it starts; what is in flight ends, or is stopped."),
    Operation.RESUME: gettext_lazy("Let a paused run go on."),
    Operation.CANCEL: gettext_lazy("End a run at once; what is in flight is told to stop."),
    Operation.RETRY: gettext_lazy("Run again what did not succeed, or a step and everything below it as well."),
    Operation.RESTART: gettext_lazy("Put an ended run back to the beginning."),
    Operation.SKIP_STEP: gettext_lazy("Skip a step; what needs it goes on with the output given in its place."),
    Operation.REPLAY_STEP: gettext_lazy("Run a finished step once more beside the run."),
    Operation.DRY_RUN: gettext_lazy("Say what the run would do, and do nothing."),
}
_PREVIEW_FAILS: Final = (ReasonCode.RESOURCE_NOT_FOUND, ReasonCode.INVALID_CONFIGURATION)
# The same body for every outcome; what does not even validate, or may not be asked, is a problem.
_ANSWERS: Final[dict[Any, OpenApiResponse]] = {
    200: OpenApiResponse(AnswerSerializer, "It happened."),
    **{
        (status, kind): OpenApiResponse(serializer, description)
        for status, description in {
            400: "The body does not validate (a problem), or the operation cannot use it.",
            403: "The user may not do this, or the session's CSRF token is missing (a problem).",
            404: "There is no such run or step, or nothing at this address (a problem).",
            409: "The run's state does not allow it, or the Idempotency-Key is taken (a problem).",
        }.items()
        for kind, serializer in ((CONTENT_TYPE, ProblemSerializer), ("application/json", AnswerSerializer))
    },
}


class _OperatingView(Idempotent, ApiView):
    def carry_out(self, request: Request, wanted: asked.Request) -> Response:
        """Do what is wanted, and answer what came of it."""
        answer = perform(actor_of(request), wanted)
        return Response(AnswerSerializer(answer).data, status_of(answer.reason_code))

    def rebuilt(self, request: Request, entry: Entry) -> Response:
        """Answer from the entry; a dry run changes nothing, and is made again."""
        if entry.operation_type == Operation.DRY_RUN:
            return self.carry_out(request, request_of(entry))
        answer = answer_from(entry)
        return Response(AnswerSerializer(answer).data, status_of(answer.reason_code))


class OperationView(_OperatingView):
    """One operation; the body names the run."""

    operation: Operation

    @idempotent
    def post(self, request: Request) -> Response:
        """Do it, or say why not."""
        body = _BODIES.get(self.operation, OperationSerializer)(
            data=request.data, context={"operation": self.operation}
        )
        body.is_valid(raise_exception=True)
        return self.carry_out(request, body.asked(self.operation, operation_id=self.operation_id))


def view_of(operation: Operation) -> type[OperationView]:
    """Make the view of an operation."""
    described = extend_schema(
        operation,
        description=_DESCRIPTIONS[operation],
        parameters=[IDEMPOTENCY_KEY],
        request=_BODIES.get(operation, OperationSerializer),
        responses=_ANSWERS,
    )
    name = f"{operation.title().replace('_', '')}View"
    return extend_schema_view(post=described)(type(name, (OperationView,), {"operation": operation}))


class _ByPathView(_OperatingView):
    def send(self, request: Request, operation: Operation, workflow_id: str, **given: Any) -> Response:
        """Do what the address and the body ask for together."""
        body = OperationByPathSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        _refuse_twice_given(body.validated_data, given)
        given |= {"workflow_id": run_id(workflow_id), "operation_id": self.operation_id}
        return self.carry_out(request, body.asked(operation, **given))


class OperationByPathView(_ByPathView):
    """An operation; the address names it and the run."""

    @extend_schema(
        "operate_by_path", parameters=[IDEMPOTENCY_KEY], request=OperationByPathSerializer, responses=_ANSWERS
    )
    @idempotent
    def post(self, request: Request, workflow_id: str, operation: str) -> Response:
        """Do it, or say why not."""
        return self.send(request, _operation(operation), workflow_id)


class StepOperationByPathView(_ByPathView):
    """An operation on a step; the address names it, the run and the step."""

    @extend_schema(
        "operate_on_step_by_path", parameters=[IDEMPOTENCY_KEY], request=OperationByPathSerializer, responses=_ANSWERS
    )
    @idempotent
    def post(self, request: Request, workflow_id: str, step_id: str, action: str) -> Response:
        """Retry from the step, replay it or skip it."""
        operation = _STEP_ACTIONS.get(action.replace("-", "_"))
        if operation is None:
            raise _unknown(", ".join(_STEP_ACTIONS))
        return self.send(request, operation, workflow_id, step_id=step_id)


class PreviewView(ApiView):
    """What an operation would do."""

    @extend_schema(
        "preview_operation",
        request=NewPreviewSerializer,
        responses={
            200: OpenApiResponse(PreviewSerializer, "What it would do, or why it would be refused."),
            (400, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, "The body does not validate."),
            (400, "application/json"): OpenApiResponse(PreviewSerializer, "The operation cannot use it."),
            (404, "application/json"): OpenApiResponse(PreviewSerializer, "There is no such run or step."),
        },
    )
    def post(self, request: Request) -> Response:
        """Say what an operation would do now, and issue a ticket that binds it to that."""
        body = NewPreviewSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        found = preview(actor_of(request), body.asked(Operation(body.validated_data["operation"])))
        code = status_of(found.reason_code) if found.reason_code in _PREVIEW_FAILS else 200
        return Response(PreviewSerializer(found).data, code)


def _operation(text: str) -> Operation:
    try:
        return Operation(text.replace("-", "_"))
    except ValueError as error:
        raise _unknown(", ".join(Operation)) from error


def _unknown(names: str) -> NotFound:
    return NotFound(_("there is no such operation; there are: %(names)s") % {"names": names})


def _refuse_twice_given(body: Any, given: dict[str, Any]) -> None:
    problems = {name: [_("the address says this already")] for name in given if name in body}
    if problems:
        raise ValidationError(problems)
