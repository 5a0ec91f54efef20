"""The triggers on PostgreSQL.

They fire ``ALWAYS``: a session that calls itself a replica does not get around them. The owner of a table can still
drop or disable them, which the checks find; the handbook shows how to run the portal as a role that owns nothing.

Each function looks for tables in its own schema only: else a temporary table of the same name would come first.
"""

import re
from typing import Any

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

_TABLES = "c.relnamespace = current_schema()::regnamespace AND starts_with(c.relname, 'audit_')"
_FOUND = (
    "SELECT tgname, c.relname, tgenabled, pg_get_triggerdef(t.oid), f.proname, f.prosrc, f.proconfig FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid "
    f"WHERE NOT tgisinternal AND {_TABLES}"
)
_STRANGE = (
    "SELECT tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    f"WHERE NOT tgisinternal AND {_TABLES} "
    "UNION ALL SELECT 'rule ' || rulename, c.relname FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "
    f"WHERE c.relkind IN ('r', 'p') AND {_TABLES} "
    f"UNION ALL SELECT 'row security', c.relname FROM pg_class c WHERE c.relrowsecurity AND {_TABLES}"
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make all triggers and their functions anew."""
    with connection.cursor() as cursor:
        path = _search_path(cursor)
        for name, body in FUNCTIONS.items():
            head = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {path}"
            cursor.execute(f"{head} AS $${body}$$")
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
        settings = [f"search_path={_search_path(cursor)}"]
        cursor.execute(_FOUND)
        found = {(name, table): rest for name, table, *rest in cursor.fetchall()}
    return sorted(
        name for name, (table, *_rest) in TRIGGERS.items() if not _is_right(name, found.get((name, table)), settings)
    )


def strangers(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the triggers on the trail's tables that are none of these, rules and row security, each with its table."""
    with connection.cursor() as cursor:
        cursor.execute(_STRANGE)
        known = {(name, table) for name, (table, *_rest) in TRIGGERS.items()}
        return sorted(f"{name} ON {table}" for name, table in cursor.fetchall() if (name, table) not in known)


def _search_path(cursor: Any) -> str:
    """Give the path that the functions go by: temporary tables last, where they hide nothing."""
    cursor.execute("SELECT quote_ident(current_schema())")
    return f"{cursor.fetchone()[0]}, pg_temp"


def _is_right(name: str, row: list[Any] | None, settings: list[str]) -> bool:
    if row is None:
        return False
    enabled, definition, function, body, configured = row
    table, event, action = TRIGGERS[name]
    # Both the table ("ON …") and the function ("FUNCTION …") may be written with their schema.
    written = re.sub(r"(?<=ON )\w+\.", "", definition)
    return (
        enabled == "A"
        and written == f"CREATE TRIGGER {name} {event} ON {table} {action}"
        and FUNCTIONS.get(function) == body
        and configured == settings
    )
