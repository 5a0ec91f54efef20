"""What this machine and this Python environment offer."""

import os
import shutil
import sqlite3
import stat
from importlib.metadata import PackageNotFoundError, version

from django.conf import settings as django_settings
from django.core import checks
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from audit.failpoints import switched_on
from venom_portal.diagnosis.finding import Finding, broken, good, limited
from venom_portal.sqlite import is_wal_safe

_MEBIBYTE = 1024 * 1024
_SCARCE_SPACE = 1024 * _MEBIBYTE
_NO_SPACE = 100 * _MEBIBYTE

# What SQLite answers for the settings that durable, queueing commits need: synchronous=FULL is 2.
_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 20_000}


def data_dir() -> Finding:
    """See whether the data directory can be written, and is closed to others."""
    path = django_settings.VENOM_DATA_DIR
    if not os.access(path, os.W_OK | os.X_OK):
        remedy = _("change its owner, or set VENOM_DATA_DIR")
        return broken("data-dir", _("%(path)s cannot be written") % {"path": path}, remedy)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        detail = _("others on this machine may look into %(path)s, where keys and the database are")
        return limited("data-dir", detail % {"path": path}, _("take the rights of others away: chmod 700"))
    return good("data-dir", str(path))


def disk_space() -> Finding:
    """See how much room the data directory has left."""
    free = shutil.disk_usage(django_settings.VENOM_DATA_DIR).free
    detail = _("%(free)d MiB are free") % {"free": free // _MEBIBYTE}
    remedy = _("make room, or move the data directory and say so in VENOM_DATA_DIR")
    if free < _NO_SPACE:
        return broken("disk-space", detail, remedy)
    return limited("disk-space", detail, remedy) if free < _SCARCE_SPACE else good("disk-space", detail)


def sqlite() -> Finding:
    """See whether SQLite, where it is the database, keeps every commit."""
    if connection.vendor != "sqlite":
        return good("sqlite", _("not used"))
    if not is_wal_safe(sqlite3.sqlite_version_info):
        detail = _("version %(version)s can lose commits in WAL mode, so a slower mode is used")
        remedy = _("install the wheel pysqlite3, or a Python with SQLite 3.51.3 or later")
        return limited("sqlite", detail % {"version": sqlite3.sqlite_version}, remedy)
    try:
        wrong = [name for name, value in _PRAGMAS.items() if _pragma(name) != value]
    except DatabaseError as error:
        return broken("sqlite", str(error), _("make the database file readable, or restore it"))
    if wrong:
        remedy = _("keep the database file on a local disk; network file systems cannot hold it")
        return broken("sqlite", _("not in force: %(names)s") % {"names": ", ".join(wrong)}, remedy)
    return good("sqlite", _("version %(version)s, settings in force") % {"version": sqlite3.sqlite_version})


def state_machine() -> Finding:
    """See that the maintained state machine library is installed, and not the abandoned one of the same import name."""
    if _is_installed("django-fsm"):
        remedy = _("uninstall it, then install django-fsm-2 again")
        return broken("django-fsm", _("django-fsm is installed and overwrites django-fsm-2"), remedy)
    if not _is_installed("django-fsm-2"):
        return broken("django-fsm", _("django-fsm-2 is not installed"), _("install the packages of requirements.lock"))
    return good("django-fsm", _("django-fsm-2 %(version)s") % {"version": version("django-fsm-2")})


def settings() -> Finding:
    """Run Django's own checks of the settings, models and templates."""
    messages = [message for message in checks.run_checks() if message.level >= checks.WARNING]
    if not messages:
        return good("settings", _("Django has nothing to complain about"))
    worst = max(messages, key=lambda message: message.level)
    report = broken if worst.is_serious() else limited
    return report("settings", f"{worst.id}: {worst.msg}", worst.hint or _("run `manage.py check`"))


def sabotage() -> Finding:
    """See that this process was not told to go wrong, as tests do."""
    if asked := switched_on():
        remedy = _("take these out of the environment of every process, and start them again")
        return broken("sabotage", ", ".join(asked), remedy)
    return good("sabotage", _("no crash point and no seeded bug is switched on"))


def _pragma(name: str) -> object:
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


def _is_installed(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True
