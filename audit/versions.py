"""Tying the version that simple-history keeps of an object to the operation that makes it."""

import uuid
from typing import Any

from audit.actor import Actor


def name_version(instance: Any, actor: Actor, operation_id: uuid.UUID) -> None:
    """Say who changes the object, and in which operation, before it is saved; outside a request nobody else does."""
    instance._history_user = actor.user  # noqa: SLF001 (simple-history's documented way)
    instance._change_reason = str(operation_id)  # noqa: SLF001 (the same)
