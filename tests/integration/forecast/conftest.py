"""What the tests of dry runs share."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture
def tables() -> Callable[[], Tables]:
    """Read all rows of all tables but the audit's."""

    def read() -> Tables:
        models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label != "audit"]
        return {model._meta.label: list(model.objects.order_by("pk").values()) for model in models}

    return read


@pytest.fixture
def preview_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process of the previews use the portal's own settings: the tests' would start another database."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "venom_portal.settings")
