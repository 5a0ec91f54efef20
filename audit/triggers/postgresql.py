"""The triggers on PostgreSQL.

They fire ``ALWAYS``: a session that calls itself a replica does not get around them. The owner of a table can still
drop or disable them, which the checks find; the handbook shows how to run the portal as a role that owns nothing.
"""

import re

from django.db.backends.base.base import BaseDatabaseWrapper

_REFUSE = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"

# Function → its body.
FUNCTIONS = {
    "audit_refuse": f"BEGIN {_REFUSE} END",
    "audit_refuse_unless_removable": (
        "BEGIN IF TG_TABLE_NAME = 'audit_entry' THEN"
        " IF EXISTS (SELECT 1 FROM audit_leaf WHERE entry_id = OLD.operation_id"
        " AND seal_number <= (SELECT max(through) FROM audit_removal)) THEN RETURN OLD; END IF;"
        " ELSIF OLD.seal_number <= (SELECT max(through) FROM audit_removal) THEN RETURN OLD; END IF;"
        f" {_REFUSE} END"
    ),
    "audit_queue": "BEGIN INSERT INTO audit_pending (entry_id) VALUES (NEW.operation_id); RETURN NULL; END",
}

_SEALED = ("audit_entry", "audit_seal", "audit_leaf", "audit_key", "audit_removal")
_REMOVABLE = ("audit_entry", "audit_leaf")


def _triggers() -> dict[str, tuple[str, str, str]]:
    """Give for each trigger its table, when it fires, and the function that it calls."""
    made = {"audit_entry_queue": ("audit_entry", "AFTER INSERT", "FOR EACH ROW EXECUTE FUNCTION audit_queue()")}
    for table in _SEALED:
        refuse = "audit_refuse_unless_removable" if table in _REMOVABLE else "audit_refuse"
        made[f"{table}_no_update"] = (table, "BEFORE UPDATE", "FOR EACH ROW EXECUTE FUNCTION audit_refuse()")
        made[f"{table}_no_delete"] = (table, "BEFORE DELETE", f"FOR EACH ROW EXECUTE FUNCTION {refuse}()")
        made[f"{table}_no_truncate"] = (
            table, "BEFORE TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        )  # fmt: skip
    return made


TRIGGERS = _triggers()


def install(connection: BaseDatabaseWrapper) -> None:
    """Make all triggers and their functions anew."""
    with connection.cursor() as cursor:
        for name, body in FUNCTIONS.items():
            cursor.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$")
        for name, (table, event, action) in TRIGGERS.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            cursor.execute(f"CREATE TRIGGER {name} {event} ON {table} {action}")
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take them away."""
    with connection.cursor() as cursor:
        for name, (table, _event, _action) in TRIGGERS.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def problems(connection: BaseDatabaseWrapper) -> list[str]:
    """Name those that are missing, do not fire always, or do something else than they should."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled, pg_get_triggerdef(t.oid), f.proname, f.prosrc FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid "
            "WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s)",
            [list(_SEALED)],
        )
        found = {name: rest for name, *rest in cursor.fetchall()}
    return sorted(name for name in TRIGGERS if not _is_right(name, found.get(name)))


def _is_right(name: str, row: list[str] | None) -> bool:
    if row is None:
        return False
    enabled, definition, function, body = row
    table, event, action = TRIGGERS[name]
    # Both the table ("ON …") and the function ("FUNCTION …") may be written with their schema.
    written = re.sub(r"(?<=ON )\w+\.", "", definition)
    return (
        enabled == "A"
        and written == f"CREATE TRIGGER {name} {event} ON {table} {action}"
        and FUNCTIONS.get(function) == body
    )
