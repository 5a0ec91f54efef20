"""A version of a run for simple-history, written by the database from the row itself.

The engine ends thousands of runs a minute; reading each run back only to copy it cost more than all else at its end.
"""

from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import connection

from workflows.engine.statements import Answer
from workflows.models import Workflow


def keep_version(workflow_id: UUID, at: datetime) -> None:
    """Keep how a run's row is now, as a change by nobody but the portal; in the transaction of the change."""
    owner = workflow_id if connection.features.has_native_uuid_field else workflow_id.hex
    Answer(_statement(), [connection.ops.adapt_datetimefield_value(at), owner])


@cache
def _statement() -> str:
    history = Workflow.history.model
    kept = {field.column for field in Workflow._meta.concrete_fields}
    shared = [field.column for field in history._meta.concrete_fields if field.column in kept]
    columns = ", ".join(f'"{column}"' for column in shared)
    return (
        f'INSERT INTO "{history._meta.db_table}" ({columns}, history_date, history_type) '  # noqa: S608 (names of columns)
        f"SELECT {columns}, %s, '~' FROM \"{Workflow._meta.db_table}\" WHERE id = %s"
    )
