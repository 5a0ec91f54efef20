"""A trail with its own key and heads for each test."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from audit.actor import SYSTEM
from audit.models import Result
from audit.record import record


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path, transactional_db: None) -> None:
    """Keep the key and the heads apart from those of other tests, whose databases are gone."""
    settings.VENOM_AUDIT_KEY = tmp_path / "key.pem"
    settings.VENOM_AUDIT_HEADS = tmp_path / "heads.jsonl"


@pytest.fixture
def write() -> Callable[..., None]:
    """Write so many entries about a resource."""

    def write_entries(number: int, resource: str = "run") -> None:
        for _ in range(number):
            with transaction.atomic():
                record(SYSTEM, "pause", "workflow", resource, result=Result.SUCCESS, reason_code="operation_completed")

    return write_entries
