"""What all views share."""

from typing import Any, TypeVar, cast

from django.contrib.auth.models import User
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.actor import Actor
from audit.models import Surface
from workflows.api.parsers import BoundedJSONParser
from workflows.api.permissions import MayRead
from workflows.api.serializers.strict import StrictSerializer

Query = TypeVar("Query", bound=StrictSerializer)


class ApiView(APIView):
    """A view for authenticated users; reading takes the permission ``needs_to_read``."""

    permission_classes = (IsAuthenticated, MayRead)
    parser_classes = (BoundedJSONParser,)
    needs_to_read = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who asks, and for what: no name has a NUL in it, which PostgreSQL would not even take.

        Raises:
            NotFound: the address has one.
        """
        super().initial(request, *args, **kwargs)
        if any("\0" in str(part) for part in kwargs.values()):
            raise NotFound


class RunView(ApiView):
    """A view of runs and of what belongs to them."""

    needs_to_read = "workflows.view_workflow"


def actor_of(request: Request) -> Actor:
    """Say who asks: the authenticated user, never a name that a header claims."""
    return Actor(cast("User", request.user), Surface.API, request.META.get("REMOTE_ADDR", ""))


def query_of(request: Request, kind: type[Query]) -> Query:
    """Read the query parameters.

    Raises:
        ValidationError: one is unknown or has a value that cannot be used; the answer names it.
    """
    query = kind(data=request.query_params)
    query.is_valid(raise_exception=True)
    return query
