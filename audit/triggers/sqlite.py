"""The triggers on SQLite.

``INSERT OR REPLACE`` deletes rows without firing delete triggers (unless a connection asks for it), so an insert that
would replace a row is refused as well. Django rebuilds a table to alter it, which drops its triggers: they are
installed again after every migrate.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_REFUSE = "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
_REMOVABLE_ENTRY = (
    "WHEN NOT EXISTS (SELECT 1 FROM audit_leaf WHERE entry_id = OLD.operation_id"
    " AND seal_number <= (SELECT max(through) FROM audit_removal))"
)
_REMOVABLE_LEAF = "WHEN OLD.seal_number > coalesce((SELECT max(through) FROM audit_removal), 0)"

# Table → what would make a new row replace an old one.
_UNIQUE = {
    "audit_entry": (
        "operation_id = NEW.operation_id"
        " OR (resource_type = NEW.resource_type AND resource_id = NEW.resource_id AND seq = NEW.seq)"
    ),
    "audit_seal": "number = NEW.number OR previous = NEW.previous",
    "audit_leaf": 'entry_id = NEW.entry_id OR (seal_number = NEW.seal_number AND "index" = NEW."index")',
    "audit_key": "key_id = NEW.key_id",
    "audit_removal": "through = NEW.through",
}
_DELETABLE = {"audit_entry": _REMOVABLE_ENTRY, "audit_leaf": _REMOVABLE_LEAF}


def _statements() -> dict[str, str]:
    """Give the statement that makes each trigger, by its name."""
    made = {
        "audit_entry_queue": (
            "CREATE TRIGGER audit_entry_queue AFTER INSERT ON audit_entry"
            " BEGIN INSERT INTO audit_pending (entry_id) VALUES (NEW.operation_id); END"
        )
    }
    for table, same in _UNIQUE.items():
        refuse = _REFUSE.format(table=table)
        made[f"{table}_no_update"] = f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}"
        made[f"{table}_no_delete"] = (
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {_DELETABLE.get(table, '')} {refuse}"
        )
        made[f"{table}_no_replace"] = (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}"
        )
    return made


TRIGGERS = _statements()


def install(connection: BaseDatabaseWrapper) -> None:
    """Make all triggers anew."""
    drop(connection)
    with connection.cursor() as cursor:
        for statement in TRIGGERS.values():
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take them away."""
    with connection.cursor() as cursor:
        for name in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def problems(connection: BaseDatabaseWrapper) -> list[str]:
    """Name those that are missing or read otherwise than they should."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = dict(cursor.fetchall())
    return sorted(name for name, statement in TRIGGERS.items() if found.get(name) != statement)


def strangers(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the triggers on the trail's tables that are none of these, each with its table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, lower(tbl_name) FROM sqlite_master"
            " WHERE type = 'trigger' AND lower(substr(tbl_name, 1, 6)) = 'audit_'"
        )
        return sorted(f"{name} ON {table}" for name, table in cursor.fetchall() if name not in TRIGGERS)
