"""What Django checks of the trail when it checks the database."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning  # noqa: A004 (Django's name)
from django.db import DatabaseError

from audit import triggers


def check_triggers(*, databases: Sequence[str] | None = None, **_unused: Any) -> list[CheckMessage]:
    """Warn of triggers that are not as they should be; a migrate that follows puts them right."""
    return [
        Warning(
            f"The audit trail is not append-only: the trigger {name} is missing, was changed, or is not the portal’s.",
            hint="Find out who did it; `manage.py migrate` installs the portal’s own again, drop others by hand.",
            id="audit.W001",
        )
        for using in databases or ()
        for name in _problems(using)
    ]


def _problems(using: str) -> list[str]:
    try:
        return triggers.problems(using) if triggers.is_migrated(using) else []
    except DatabaseError:  # the connection has its own check
        return []
