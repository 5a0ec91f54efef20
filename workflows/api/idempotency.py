"""The ``Idempotency-Key`` header: a call that is sent twice happens once, and is answered twice the same."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.models import Entry
from workflows.models import IdempotencyKey
from workflows.operations.idempotency import Reservation, keep, release, reserve

HEADER = "Idempotency-Key"
LONGEST = 200
_JSON = JSONRenderer.media_type

IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST},
    OpenApiParameter.HEADER,
    description=gettext_lazy(
        "Makes the call happen at most once: for 24 hours, the same key with the same request is answered as the first "
        "time, and with another request by 409."
    ),
)


class Idempotent(APIView):
    """A view that has handlers marked ``idempotent``.

    ``operation_id`` is the id that the operation's audit entry has to take; ``None`` when the call has no key.
    """

    operation_id: UUID | None = None

    def rebuilt(self, request: Request, entry: Entry) -> Response:
        """Answer a call that has happened, and whose answer was lost, from its audit entry.

        Raises:
            Refused: it had been refused.
        """
        raise NotImplementedError


def idempotent(handler: Callable[..., Response]) -> Callable[..., HttpResponseBase]:
    """Let a handler of an ``Idempotent`` view answer once for each key; without a key, every time."""

    @wraps(handler)
    def answer_once(view: Idempotent, request: Request, **kwargs: Any) -> HttpResponseBase:
        key = _key_of(request)
        if key is None:
            return handler(view, request, **kwargs)
        reservation = reserve(cast("User", request.user), key, _fingerprint(request))
        if reservation.row.is_answered:
            return _as_kept(reservation.row)
        view.operation_id = reservation.row.operation_id
        return _decide(view, request, reservation, lambda: handler(view, request, **kwargs))

    return answer_once


def _decide(
    view: Idempotent, request: Request, reservation: Reservation, do: Callable[[], Response]
) -> HttpResponseBase:
    """Find the answer, and keep it unless it is that of a mishap."""
    row = reservation.row
    try:
        response = _answer(view, request, reservation, do)
    except BaseException:
        release(row)
        raise
    if response.status_code >= 500:
        release(row)
        return response
    return _as_kept(keep(row, response.status_code, response.headers["content-type"], response.content.decode()))


def _answer(view: Idempotent, request: Request, reservation: Reservation, do: Callable[[], Response]) -> HttpResponse:
    try:
        response = view.rebuilt(request, reservation.happened) if reservation.happened else _once(view, request, do)
    except Exception as error:  # noqa: BLE001 (the framework's own handling, here: its answer is kept as well)
        return cast("HttpResponse", view.handle_exception(error))
    return HttpResponse(JSONRenderer().render(response.data), status=response.status_code, content_type=_JSON)


def _once(view: Idempotent, request: Request, do: Callable[[], Response]) -> Response:
    """Do it; when somebody else was faster with the same operation, tell what came of that."""
    try:
        return do()
    except IntegrityError:
        entry = Entry.objects.filter(operation_id=view.operation_id).first() if view.operation_id else None
        if entry is None:
            raise
        return view.rebuilt(request, entry)


def _as_kept(row: IdempotencyKey) -> HttpResponse:
    return HttpResponse(row.body, status=row.status, content_type=row.content_type)


def _key_of(request: Request) -> str | None:
    key: str | None = request.headers.get(HEADER)
    if key is None or (0 < len(key) <= LONGEST and key.isprintable()):
        return key
    raise ValidationError({HEADER: [_("a key is a text of 1 to %(most)s printable characters") % {"most": LONGEST}]})


def _fingerprint(request: Request) -> str:
    """SHA-256 over what is asked, in hexadecimal: the same words in another order are the same."""
    asked = json.dumps([request.method, request.path.rstrip("/"), request.data], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()
