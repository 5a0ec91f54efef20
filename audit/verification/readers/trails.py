"""The order of entries within each resource, and the counts. One statement each: it sees one moment of the trail."""

from collections.abc import Iterator
from typing import Any

from audit.verification.readers.streaming import selected, stream, stream_columns
from audit.violation import Violation

# The database counts along the index that keeps the places unique.
_WRONG = """
SELECT g.resource_type, g.resource_id, g.entries, t.length, t.removed
FROM (SELECT resource_type, resource_id, count(*) AS entries, min(seq) AS first, max(seq) AS last
      FROM audit_entry GROUP BY resource_type, resource_id) g
LEFT JOIN audit_trail t ON t.resource_type = g.resource_type AND t.resource_id = g.resource_id
WHERE t.length IS NULL OR g.last <> t.length OR g.first - 1 <> t.removed OR g.entries <> t.length - t.removed
"""

_EMPTY = """
SELECT resource_type, resource_id, 0, length, removed FROM audit_trail t
WHERE length <> removed AND NOT EXISTS
  (SELECT 1 FROM audit_entry e WHERE e.resource_type = t.resource_type AND e.resource_id = t.resource_id)
"""

_PLACES = "SELECT {columns} FROM audit_entry e WHERE e.resource_type = %s AND e.resource_id = %s ORDER BY e.seq"

# As floating point, which counts exactly further than entries will go, and which no altered number makes overflow.
_REMOVED = """
SELECT coalesce((SELECT sum(CAST(removed AS double precision)) FROM audit_trail), 0),
       coalesce((SELECT sum(CAST(size AS double precision)) FROM audit_seal WHERE number <= r.through), 0)
       - (SELECT count(*) FROM audit_leaf l JOIN audit_entry e ON e.operation_id = l.entry_id
          WHERE l.seal_number <= r.through)
FROM (SELECT coalesce(max(through), 0) AS through FROM audit_removal) r
"""


def violations() -> Iterator[Violation]:
    """Check that each resource's entries have the places from the first that was not removed to the last."""
    for statement in (_WRONG, _EMPTY):
        for kind, resource, entries, length, removed in stream(statement):
            facts = {"entries": entries, "length": length, "removed": removed}
            yield _explain(f"trail {kind} {resource}", kind, resource, facts)


def removed() -> Iterator[Violation]:
    """Check that the trails count as many removed entries as there were below the seals and are not any more."""
    counted, gone = next(stream(_REMOVED))
    if counted != gone:
        yield Violation("removed_count_wrong", "trails", {"counted": int(counted), "gone": int(gone)})


def _explain(subject: str, kind: Any, resource: Any, facts: dict[str, Any]) -> Violation:
    """Name the first place that is empty, or else the counter."""
    if facts["length"] is None:
        return Violation("trail_missing", subject, facts)
    columns = ("seq", "operation_id")
    places = stream_columns(_PLACES.format(columns=selected(columns, "e")), columns, [kind, resource])
    start = facts["removed"] if isinstance(facts["removed"], int) else 0
    before = None
    for expected, (place, entry_id) in enumerate(places, start + 1):
        if place != expected:
            return Violation("trail_gap", subject, {**facts, "place": expected, "before": before, "after": entry_id})
        before = entry_id
    return Violation("trail_length_wrong", subject, {**facts, "last": before})
