"""The queue that an author names, checked where it is written."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from workflows.authoring.errors import FlowError
from workflows.authoring.signature import place_of
from workflows.graph import is_queue_name


def check_queue(function: Callable[..., Any], queue: str | None) -> None:
    """Refuse the name of a queue that no worker could be told to serve.

    Raises:
        FlowError: the name cannot be used.
    """
    if queue is not None and not is_queue_name(queue):
        raise FlowError(
            place_of(function),
            function.__name__,
            _("the queue %(queue)r cannot be used") % {"queue": queue},
            _("use up to 50 letters, digits, dots, dashes and underscores, beginning with a letter or digit"),
        )
