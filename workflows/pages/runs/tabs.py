"""The states as tabs with numbers."""

from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from workflows.admin.shown import icon_of
from workflows.models.workflow import STATE_LABELS
from workflows.pages.runs.chips import Address
from workflows.pages.runs.query import RunQuery
from workflows.selectors.bounded import UpTo
from workflows.selectors.run_list import Surroundings
from workflows.states import RunState


class Tab(NamedTuple):
    """One state, or all."""

    code: str
    title: str
    icon: str
    number: str
    url: str
    is_current: bool


def tabs_of(query: RunQuery, found: Surroundings, url_of: Address) -> list[Tab]:
    """Give the tab of all runs and one for each state."""
    chosen = [value for name, value in query.pairs if name == "status"]
    others = query.without_names("status", "not_status")
    number = written(found.number_in(list(RunState)))
    tabs = [Tab("all", _("All"), "", number, url_of(others), others.pairs == query.pairs)]
    for state in RunState:
        url, number = url_of(others.with_part("status", state.value)), written(found.by_state[state])
        tabs.append(Tab(state.value, str(STATE_LABELS[state]), icon_of(state), number, url, chosen == [state.value]))
    return tabs


def written(number: UpTo) -> str:
    """Write a number; a plus where there are more."""
    text = str(number_format(number.number, use_l10n=True, force_grouping=True))
    return f"{text}+" if number.is_more else text
