"""What stands around the list of runs whatever is found: search, the form for filters, and well-worn ways."""

from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.http import urlencode

from workflows.pages.runs.chips import WORDS, Address
from workflows.pages.runs.query import RunQuery
from workflows.selectors.definitions import current_names

_NAMES_KEPT = 60
"""Seconds for which the names of workflows are known: they are suggestions, and change when the portal is updated."""

_ADDED = tuple(name for name in WORDS if name != "q")


def frame_of(query: RunQuery, url_of: Address) -> dict[str, Any]:
    """Give it for a filter, whether the list can be read or not."""
    by_people = query.without_names("created_by").with_part("not_created_by", "system")
    by_system = query.without_names("not_created_by").with_part("created_by", "system")
    return {
        "query": query,
        "problems": query.problems,
        "all_url": url_of(RunQuery(())),
        "newest_url": url_of(query),
        "by_people_url": url_of(by_people),
        "by_system_url": url_of(by_system),
        "q": dict(query.pairs).get("q", ""),
        "kept": query.pairs,
        "choices": [(name, WORDS[name]) for name in _ADDED],
        "names": cache.get_or_set("definition-names", current_names, _NAMES_KEPT),
        "views_url": f"{reverse('console:views')}?{urlencode({'query': query.text})}",
    }
