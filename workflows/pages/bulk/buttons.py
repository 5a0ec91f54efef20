"""The buttons below the list of runs: what can be done to many at once."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actor import Actor
from workflows.operations.catalogue import verb_of
from workflows.pages.bulk.words import IN_BULK
from workflows.pages.runs.query import RunQuery
from workflows.states import Operation


class BulkButton(NamedTuple):
    """One operation; ``all_url`` asks for it for all runs that fit the filter. ``why_not`` is empty where it may be."""

    operation: Operation
    label: str
    url: str
    all_url: str
    why_not: str


def bulk_buttons(actor: Actor, query: RunQuery) -> list[BulkButton]:
    """Give a button for each operation that is done in bulk."""
    return [_button(actor, operation, query) for operation in IN_BULK]


def _button(actor: Actor, operation: Operation, query: RunQuery) -> BulkButton:
    url = reverse("console:bulk-new", args=[operation.value])
    permission = verb_of(operation).permission
    refused = _("You lack the permission %(permission)s.") % {"permission": permission}
    why_not = "" if actor.may(permission) else refused
    return BulkButton(operation, str(IN_BULK[operation]), url, f"{url}?{query.text}", why_not)
