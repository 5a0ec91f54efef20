"""``/api/v1/auth/token/``: a token for a password, and the end of a token."""

from dataclasses import asdict
from typing import Any, cast

from axes.helpers import get_cool_off
from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.actor import Actor
from audit.models import Surface
from venom_portal import tokens
from workflows.api.parsers import BoundedJSONParser
from workflows.api.serializers.problems import ProblemSerializer
from workflows.api.serializers.strict import StrictSerializer, Text
from workflows.api.views.base import actor_of


class CredentialsSerializer(StrictSerializer):
    """Who wants a token."""

    username = Text(max_length=150, trim_whitespace=False)
    password = Text(max_length=4096, trim_whitespace=False)


class TokenSerializer(serializers.Serializer[Any]):
    """A new token; it is not shown again."""

    token = serializers.CharField()
    expiry = serializers.DateTimeField()
    prefix = serializers.CharField()


class TokenView(APIView):
    """The token of an API client."""

    parser_classes = (BoundedJSONParser,)

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Whoever asks for a token has none yet, or an old one that does not matter."""
        return [] if self._is_asking() else [TokenAuthentication()]

    def get_permissions(self) -> list[BasePermission]:
        """Anybody may try a password."""
        return [AllowAny() if self._is_asking() else IsAuthenticated()]

    @extend_schema(
        "create_token",
        request=CredentialsSerializer,
        responses={
            200: TokenSerializer,
            401: OpenApiResponse(ProblemSerializer, "The name or the password is wrong."),
            429: OpenApiResponse(ProblemSerializer, "There were too many wrong ones."),
        },
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Give a token for a user name and a password."""
        body = CredentialsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = authenticate(request._request, **body.validated_data)  # noqa: SLF001 (axes marks Django's own request)
        _refuse_locked_out(request)
        if user is None:
            raise AuthenticationFailed(_("The user name or the password is wrong."))
        actor = Actor(user, Surface.API, request.META.get("REMOTE_ADDR", ""))
        return Response(TokenSerializer(asdict(tokens.issue(actor, user))).data)

    @extend_schema("revoke_token", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Make the token worthless that the request came with."""
        tokens.revoke(actor_of(request), cast(AuthToken, request.auth).token_key)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def get_authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a wrong password is answered by 401."""
        return TokenAuthentication().authenticate_header(request)  # type: ignore[no-any-return]  # no types

    def _is_asking(self) -> bool:
        return self.request is not None and self.request.method == "POST"


def _refuse_locked_out(request: Request) -> None:
    if not getattr(request._request, "axes_locked_out", False):  # noqa: SLF001 (see above)
        return
    # The middleware would put a page in the place of the problem.
    request._request.axes_locked_out = False  # type: ignore[attr-defined]  # noqa: SLF001
    wait = get_cool_off(request._request)  # noqa: SLF001
    raise Throttled(wait.total_seconds() if wait else None, _("There were too many failed logins."))
