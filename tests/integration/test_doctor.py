"""``manage.py doctor`` and its checks."""

import io
import json
from datetime import timedelta
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django import Settings

from audit.actor import SYSTEM
from venom_portal.diagnosis import host, progress, work
from venom_portal.diagnosis.finding import Status
from workflows import registry
from workflows.models import Session, Step
from workflows.models.session import SessionKind
from workflows.operations.create import NewRun, create_run
from workflows.worker.session import open_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_broker(settings: Settings, tmp_path: Path) -> None:
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path / 'none.sock'}"


def _doctor() -> tuple[int, dict[str, dict[str, str]]]:
    output = io.StringIO()
    code = 0
    try:
        call_command("doctor", "--json", stdout=output)
    except SystemExit as ending:
        code = int(str(ending.code))
    return code, {finding["name"]: finding for finding in json.loads(output.getvalue())}


def test_doctor__names_what_is_wrong_with_a_remedy() -> None:
    code, findings = _doctor()

    assert code == 1
    assert findings["database"]["status"] == "ok"
    for part in ("broker", "clock", "workers"):  # none of them runs here
        assert findings[part]["status"] == "fail"
        assert "manage.py" in findings[part]["remedy"]


def test_doctor__in_words() -> None:
    output = io.StringIO()

    with pytest.raises(SystemExit):
        call_command("doctor", stdout=output, no_color=True)

    assert "fail  clock" in output.getvalue()
    assert "manage.py clock" in output.getvalue()


def test_migrations__missing_ones_are_counted() -> None:
    assert work.migrations().is_ok
    MigrationRecorder(connection).record_unapplied("workflows", "0001_initial")

    finding = work.migrations()

    assert finding.status is Status.FAIL
    assert "manage.py migrate" in finding.remedy


def test_flows__unregistered_ones_are_named() -> None:
    assert "fire-drill" in work.flows().detail

    registry.sync()

    assert work.flows().is_ok


def test_sqlite__settings_that_are_not_in_force_are_named() -> None:
    if connection.vendor != "sqlite":
        assert host.sqlite().is_ok
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 5")
        try:
            finding = host.sqlite()
        finally:
            cursor.execute("PRAGMA busy_timeout = 20000")

    assert finding.status is Status.FAIL
    assert "busy_timeout" in finding.detail


@pytest.mark.parametrize(
    ("installed", "status"),
    [({"django-fsm-2"}, Status.OK), ({"django-fsm", "django-fsm-2"}, Status.FAIL), (set(), Status.FAIL)],
)
def test_state_machine__only_the_maintained_library(
    installed: set[str], status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if name not in installed:
            raise PackageNotFoundError(name)
        return "4"

    monkeypatch.setattr(host, "version", version)

    assert host.state_machine().status is status


def test_data_dir__gone(settings: Settings, tmp_path: Path) -> None:
    settings.VENOM_DATA_DIR = tmp_path / "gone"

    assert host.data_dir().status is Status.FAIL


def test_data_dir__open_to_others(settings: Settings, tmp_path: Path) -> None:
    settings.VENOM_DATA_DIR = tmp_path
    tmp_path.chmod(0o700)
    assert host.data_dir().is_ok

    tmp_path.chmod(0o750)

    assert host.data_dir().status is Status.WARN


def test_backlog__names_what_has_waited_long() -> None:
    registry.sync()
    assert progress.backlog().is_ok
    create_run(SYSTEM, NewRun("chain-of-ten"))
    assert progress.backlog().is_ok

    Step.objects.filter(due_at__isnull=False).update(due_at=timezone.now() - timedelta(minutes=5))

    assert progress.backlog().status is Status.WARN
    assert "30" in progress.backlog().detail


def test_leases__of_a_silent_process_are_counted() -> None:
    registry.sync()
    create_run(SYSTEM, NewRun("chain-of-ten"))
    Step.objects.filter(key="add-one").update(session=open_session(SessionKind.WORKER))
    assert progress.leases().is_ok

    Session.objects.update(expires_at=timezone.now() - timedelta(minutes=5))

    assert progress.leases().status is Status.FAIL
