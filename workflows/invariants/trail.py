"""Each operation that a run's history tells of has its audit entry, and each entry of a success its operation."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from audit.models import Entry, Result
from audit.violation import Violation
from workflows.invariants.invariant import Invariant, run_subject
from workflows.invariants.removed import entries_were_removed
from workflows.models import Event, Workflow
from workflows.states import Operation, SkipReason

_BY_KIND = {
    "run_paused": Operation.PAUSE,
    "run_resumed": Operation.RESUME,
    "run_cancelled": Operation.CANCEL,
    "run_retried": Operation.RETRY,
    "run_restarted": Operation.RESTART,
    "replay_queued": Operation.REPLAY_STEP,
}
_EVENTS, _ENTRIES, _RUNS = Event._meta.db_table, Entry._meta.db_table, Workflow._meta.db_table
_ACTS = ", ".join(f"'{operation}'" for operation in (*_BY_KIND.values(), Operation.SKIP_STEP))
_KINDS = ", ".join(f"'{kind}'" for kind in (*_BY_KIND, "run_created", "run_started"))
_WHEN = " ".join(f"WHEN '{kind}' THEN '{operation}'" for kind, operation in _BY_KIND.items())
_SKIPPED_BY_HAND = f'%"because": "{SkipReason.OPERATOR}"%'

# One statement, so that an operation is seen with its event and its entry or with neither. Creating a run is recorded
# as the start that it mostly is; only then is there no state before.
_COUNT = f"""
SELECT run, act, SUM(told), SUM(recorded) FROM (
    SELECT REPLACE(CAST(workflow_id AS TEXT), '-', '') AS run, CASE kind {_WHEN} ELSE kind END AS act,
        1 AS told, 0 AS recorded
    FROM {_EVENTS} WHERE kind IN ({_KINDS})
  UNION ALL
    SELECT REPLACE(CAST(workflow_id AS TEXT), '-', ''), '{Operation.SKIP_STEP}', 1, 0
    FROM {_EVENTS} WHERE kind = 'step_skipped' AND CAST(data AS TEXT) LIKE %s
  UNION ALL
    SELECT REPLACE(resource_id, '-', ''), operation_type, 0, 1 FROM {_ENTRIES}
    WHERE resource_type = 'workflow' AND result = '{Result.SUCCESS}'
        AND operation_type IN ({_ACTS})
  UNION ALL
    SELECT REPLACE(resource_id, '-', ''), 'run_created', 0, 1 FROM {_ENTRIES}
    WHERE resource_type = 'workflow' AND result = '{Result.SUCCESS}'
        AND operation_type = '{Operation.START}' AND state_before = ''
  UNION ALL
    SELECT REPLACE(resource_id, '-', ''), 'run_started', 0, 1 FROM {_ENTRIES}
    WHERE resource_type = 'workflow' AND result = '{Result.SUCCESS}'
        AND operation_type = '{Operation.START}' AND state_after <> 'idle'
) AS acts
WHERE run IN (SELECT REPLACE(CAST(id AS TEXT), '-', '') FROM {_RUNS})
GROUP BY run, act HAVING SUM(told) <> SUM(recorded)
"""  # noqa: S608 (names of tables and constants of the states)


def _broken() -> Iterator[Violation]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_SKIPPED_BY_HAND])
        for run, act, told, recorded in cursor:
            workflow_id = UUID(run)
            facts = {"operation": act, "events": int(told), "entries": int(recorded)}
            if told < recorded:
                yield Violation("entry_without_operation", run_subject(workflow_id), facts)
            elif not entries_were_removed("workflow", workflow_id):
                yield Violation("operation_without_entry", run_subject(workflow_id), facts)


INVARIANT = Invariant(
    "trail",
    {
        "operation_without_entry": _("an operation happened, but is not on record"),
        "entry_without_operation": _("an operation is on record as done, but did not happen"),
    },
    _broken,
)
