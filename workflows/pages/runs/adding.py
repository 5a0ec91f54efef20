"""What the form for one more filter sends."""

from django.http import QueryDict
from django.utils.http import urlencode

from workflows.pages.runs.query import PARTS, RunQuery, query_in

ADDED, VALUE = "add", "value"


def query_with_added(given: QueryDict) -> RunQuery:
    """Add to a filter what the form names; what cannot be read stays as it is, to be told of."""
    query, name, value = query_in(given), given.get(ADDED, ""), given.get(VALUE, "").strip()
    if name not in PARTS or not value:
        return query
    if query_in(QueryDict(urlencode({name: value}))).problems:
        return RunQuery((*query.pairs, (name, value)))
    return query.with_part(name, value)
