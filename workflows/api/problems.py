"""Errors as problem details (RFC 9457), whoever raised them: framework, operation, selector or database."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, InternalError, OperationalError
from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import Error, ErrorResponse
from rest_framework import exceptions, status
from rest_framework.settings import api_settings

from workflows.operations.errors import Refused
from workflows.operations.idempotency import KeyReused, StillInProgress
from workflows.selectors.errors import Missing
from workflows.states import ReasonCode

CONTENT_TYPE: Final = "application/problem+json"
NON_FIELD_ERRORS_KEY: Final = api_settings.NON_FIELD_ERRORS_KEY
SERVICE_UNAVAILABLE: Final = "service_unavailable"

_TITLES: Final[Mapping[int, Any]] = {
    400: gettext_lazy("Bad request"),
    401: gettext_lazy("Not logged in"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Method not allowed"),
    406: gettext_lazy("Not acceptable"),
    409: gettext_lazy("Conflict"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Unsupported media type"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Error in the portal"),
    503: gettext_lazy("Out of service"),
}
_STATUS_OF_REFUSAL: Final[Mapping[ReasonCode, int]] = {
    ReasonCode.PERMISSION_DENIED: status.HTTP_403_FORBIDDEN,
    ReasonCode.RESOURCE_NOT_FOUND: status.HTTP_404_NOT_FOUND,
    ReasonCode.FORBIDDEN_TRANSITION: status.HTTP_409_CONFLICT,
    ReasonCode.INVALID_STATE: status.HTTP_409_CONFLICT,
    ReasonCode.STALE_PLAN: status.HTTP_409_CONFLICT,
    ReasonCode.INVALID_CONFIGURATION: status.HTTP_400_BAD_REQUEST,
    ReasonCode.OPERATION_FAILED: status.HTTP_500_INTERNAL_SERVER_ERROR,
}
_REASON_OF_EXCEPTION: Final[Mapping[type[exceptions.APIException], str]] = {
    exceptions.PermissionDenied: ReasonCode.PERMISSION_DENIED,
    exceptions.NotFound: ReasonCode.RESOURCE_NOT_FOUND,
    exceptions.ValidationError: ReasonCode.INVALID_CONFIGURATION,
}


class RefusedProblem(exceptions.APIException):
    """An operation that did not happen."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.message, refusal.code)
        self.status_code = _STATUS_OF_REFUSAL[refusal.code]
        self.reason_code = refusal.code
        self.fields = refusal.fields


class Unavailable(exceptions.APIException):
    """The database is out of reach."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = gettext_lazy("The database is out of reach; try again in a moment.")
    default_code = SERVICE_UNAVAILABLE
    reason_code = SERVICE_UNAVAILABLE
    wait = 5
    """Seconds until it is worth trying again; sent as ``Retry-After``."""


class KeyReusedProblem(exceptions.APIException):
    """An idempotency key came with something else before."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = gettext_lazy("This Idempotency-Key was sent with another request before; take a new one.")
    default_code = "idempotency_key_reused"
    reason_code = ReasonCode.INVALID_STATE


class InProgressProblem(exceptions.APIException):
    """The first call with an idempotency key has no answer yet."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = gettext_lazy("The first request with this Idempotency-Key is at work; ask again in a moment.")
    default_code = ReasonCode.OPERATION_IN_PROGRESS
    reason_code = ReasonCode.OPERATION_IN_PROGRESS
    wait = 1


class TooLarge(exceptions.APIException):
    """The body of the request is larger than the portal reads."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The body of the request is larger than what is read.")
    default_code = "too_large"


_EXCEPTIONS: Final[Mapping[type[Exception], type[exceptions.APIException]]] = {
    OperationalError: Unavailable,
    InterfaceError: Unavailable,
    InternalError: Unavailable,
    RequestDataTooBig: TooLarge,
    KeyReused: KeyReusedProblem,
    StillInProgress: InProgressProblem,
}


def status_of(code: ReasonCode) -> int:
    """Give the HTTP status of an operation's answer."""
    return _STATUS_OF_REFUSAL.get(code, status.HTTP_200_OK)


class ProblemHandler(ExceptionHandler):
    """Gives every exception its HTTP status, in this one place."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        """Translate what knows no HTTP."""
        if isinstance(exc, Refused):
            return RefusedProblem(exc)
        if isinstance(exc, Missing):
            return exceptions.NotFound(str(exc))
        for kind, problem in _EXCEPTIONS.items():
            if isinstance(exc, kind):
                return problem()
        return super().convert_known_exceptions(exc)

    def convert_unhandled_exceptions(self, exc: Exception) -> exceptions.APIException:
        """Say nothing of a bug but that it is one; the log has it."""
        if isinstance(exc, exceptions.APIException):
            return exc
        return exceptions.APIException(_("The portal made a mistake; its log says more."))

    def get_response(  # type: ignore[override]  # a plain response, which no renderer of the view touches
        self, exc: exceptions.APIException, data: dict[str, Any]
    ) -> JsonResponse:
        """Answer in JSON, whatever the view renders when all goes well."""
        return JsonResponse(data, status=exc.status_code, headers=self.get_headers(exc), content_type=CONTENT_TYPE)


class ProblemDetailsFormatter(ExceptionFormatter):
    """Writes an exception as a problem: ``detail`` for people, ``reason_code`` and ``errors`` for programs."""

    def get_errors(self) -> list[Error]:
        """List what is wrong, with the field that it is wrong with where there is one."""
        if isinstance(self.exc, RefusedProblem) and self.exc.fields:
            return [Error("invalid", text, name) for name, texts in self.exc.fields.items() for text in texts]
        errors: list[Error] = super().get_errors()
        return [replace(item, attr=None) if item.attr == NON_FIELD_ERRORS_KEY else item for item in errors]

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        """Give the members of the problem; ``reason_code`` only where there is one."""
        code = self.exc.status_code
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": str(_TITLES.get(code, code)),
            "status": code,
            "detail": self._detail(error_response.errors),
            "instance": request.path if (request := self.context["request"]) else "",
            "errors": [{"code": item.code, "detail": item.detail, "attr": item.attr} for item in error_response.errors],
        }
        reason = self._reason_code()
        return problem | {"reason_code": reason} if reason else problem

    def _detail(self, errors: list[Error]) -> str:
        if not isinstance(self.exc, exceptions.ValidationError):
            return str(self.exc.detail)
        names = ", ".join(dict.fromkeys(item.attr for item in errors if item.attr))
        if not names:
            return errors[0].detail
        return _("The request is not valid: see what is said of %(names)s.") % {"names": names}

    def _reason_code(self) -> str | None:
        given = getattr(self.exc, "reason_code", None)
        return given or next((code for kind, code in _REASON_OF_EXCEPTION.items() if isinstance(self.exc, kind)), None)
