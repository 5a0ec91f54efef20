"""The database's clock in conditions: workers' own clocks may differ, and jump."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Now
from django.db.models.sql.compiler import SQLCompiler


class DatabaseNow(Now):
    """The time at which the statement runs. SQLite knows milliseconds: one that has begun counts as a whole.

    Without that a step which is due since this very millisecond would not be found.
    """

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> tuple[str, Any]:
        """See Django."""
        template = "STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f999', 'NOW')"
        return self.as_sql(compiler, connection, template=template, **extra)
