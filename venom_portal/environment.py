"""What the environment says, read once and checked: every value that the portal can be told from outside."""

import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from venom_portal.pressure import label_limits, served_queues
from venom_portal.sqlite import connection_options

_REDIS_SCHEMES = ("redis", "rediss", "redis+socket")
_LEASE_SECONDS = 30.0

# A server or a network that is gone without a word is noticed after 25 s at most, within a lease, and not after the 15
# minutes or two hours of the operating system. The last one is in milliseconds; Unix sockets have none of this.
_NOTICE_A_DEAD_NETWORK = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

# The same seen from the server, which otherwise keeps the locks of a client that is frozen or gone without a word. No
# transaction of the portal's own is idle for so many milliseconds; a step whose own is says so (SET LOCAL).
_LONGEST_IDLE_TRANSACTION = 20_000
_TELL_THE_SERVER = (
    "-c idle_in_transaction_session_timeout={milliseconds} "
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
)

# The kernel takes 107 bytes for the address of a Unix socket; supervisord first binds to one with its process id added.
_SOCKET_PATH_LIMIT = 96


@dataclass(frozen=True)
class Environment:
    """The settings that differ between two installations."""

    data_dir: Path
    input_roots: tuple[Path, ...]
    apps: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    csrf_trusted_origins: tuple[str, ...]
    debug: bool
    secret_key: str
    database: dict[str, Any]
    broker_url: str
    lease_seconds: float
    stop_grace_seconds: float
    queues: tuple[str, ...]
    label_limits: dict[tuple[str, str], int]
    audit_key: Path
    audit_heads: Path


def read_environment() -> Environment:
    """Read the process's environment.

    Raises:
        ImproperlyConfigured: a value cannot be used; the message names the variable and what it should be.
    """
    env = environ.Env()
    data_dir = _data_dir()
    return Environment(
        data_dir=data_dir,
        input_roots=_paths("VENOM_INPUT_ROOTS", str(Path.cwd())),
        apps=_apps(),
        allowed_hosts=_words("ALLOWED_HOSTS") or ("127.0.0.1", "localhost", "[::1]"),
        csrf_trusted_origins=_words("CSRF_TRUSTED_ORIGINS"),
        debug=_flag("DEBUG"),
        secret_key=os.environ.get("SECRET_KEY") or _kept_secret(data_dir / "secret-key"),
        database=_database(env, data_dir),
        broker_url=_broker_url(data_dir),
        lease_seconds=_seconds("VENOM_LEASE_SECONDS", _LEASE_SECONDS),
        stop_grace_seconds=_seconds("VENOM_STOP_GRACE_SECONDS", 30.0),
        queues=served_queues(),
        label_limits=label_limits(),
        audit_key=_path("VENOM_AUDIT_KEY", data_dir / "audit" / "signing-key.pem"),
        audit_heads=_path("VENOM_AUDIT_HEADS", data_dir / "audit" / "heads.jsonl"),
    )


def _data_dir() -> Path:
    path = Path(os.environ.get("VENOM_DATA_DIR") or "var").expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ImproperlyConfigured(
            f"the data directory {path} cannot be written ({error.strerror}); "
            "name another one with VENOM_DATA_DIR or --data-dir"
        ) from error
    return path


def _kept_secret(path: Path) -> str:
    """Return the secret in the file, making it first where there is none; only the owner may read it."""
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def _write_once(path: Path, content: str) -> None:
    """Make a file with this content unless somebody else was faster; nobody ever sees it half written."""
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _words(name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in os.environ.get(name, "").split(",") if word.strip())


def _paths(name: str, default: str) -> tuple[Path, ...]:
    value = os.environ.get(name) or default
    return tuple(Path(part).expanduser().resolve() for part in value.split(os.pathsep) if part)


def _path(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).expanduser().resolve()


def _apps() -> tuple[str, ...]:
    names = _words("VENOM_APPS")
    for name in names:
        if not _is_importable(name):
            raise ImproperlyConfigured(f"VENOM_APPS names {name!r}, which cannot be imported; put it on PYTHONPATH")
    return names


def _is_importable(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _flag(name: str) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "0", "false", "no", "off"):
        return False
    if value in ("1", "true", "yes", "on"):
        return True
    raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false; say 1 or 0")


def _seconds(name: str, default: float) -> float:
    value = os.environ.get(name) or default
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:
        raise ImproperlyConfigured(f"{name}={value!r} should be a number of seconds from 1 to 3600")
    return seconds


def _database(env: environ.Env, data_dir: Path) -> dict[str, Any]:
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{quote(str(data_dir / 'portal.sqlite3'))}"
    scheme = url.partition("://")[0]
    if scheme not in ("sqlite", "postgres", "postgresql"):
        raise ImproperlyConfigured(
            f"DATABASE_URL starts with {scheme!r}; it should be postgres://user:password@host:port/name or sqlite:///path"
        )
    _check_url("DATABASE_URL", url)
    config: dict[str, Any] = dict(env.db_url_config(url))
    if not config.get("NAME"):
        raise ImproperlyConfigured("DATABASE_URL names no database; end it with /name")
    if scheme == "sqlite":
        return config | {"OPTIONS": connection_options()}
    # Statements that repeat are planned once for each connection: that halves what a step costs. Behind a pooler that
    # hands connections from one transaction to the next, say ?prepare_threshold=0 to do without.
    options = {
        "server_side_binding": True,
        "prepare_threshold": 3,
        **_NOTICE_A_DEAD_NETWORK,
        **config.get("OPTIONS", {}),
    }
    if not str(options["prepare_threshold"]).isdecimal():
        raise ImproperlyConfigured("prepare_threshold in DATABASE_URL should be a number; 0 does without")
    options["prepare_threshold"] = int(options["prepare_threshold"]) or None
    if options["prepare_threshold"]:  # a pooler takes no such options, and has its own
        options["options"] = f"{_server_options()} {options.get('options', '')}".strip()
    return config | {"CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def _server_options() -> str:
    """Say what the server is to do about our connections; what the operator says behind it counts instead."""
    lease = _seconds("VENOM_LEASE_SECONDS", _LEASE_SECONDS)
    milliseconds = min(_LONGEST_IDLE_TRANSACTION, int(lease * 1000 * 2 / 3))
    return _TELL_THE_SERVER.format(milliseconds=milliseconds)


def _broker_url(data_dir: Path) -> str:
    url = os.environ.get("REDIS_URL", "")
    if not url:
        return embedded_broker_url(data_dir)
    _check_url("REDIS_URL", url)
    parts = urlsplit(url)
    if parts.scheme not in _REDIS_SCHEMES or not (parts.hostname or parts.path):
        raise ImproperlyConfigured("REDIS_URL should look like redis://host:6379/0")
    return url


def _check_url(name: str, url: str) -> None:
    """See that a URL can be taken apart, port included; the message does not repeat what may hold a password."""
    try:
        _port = urlsplit(url).port
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} cannot be read; the port is a number, and special characters in a password are written like %40"
        ) from None


def embedded_broker_url(data_dir: Path) -> str:
    """Say where the broker is that the portal brings along."""
    return f"redis+socket://{socket_path(data_dir, 'broker')}"


def socket_path(data_dir: Path, name: str) -> Path:
    """Say where a local socket lies.

    It is in the data directory or, where that path is too long or cannot stand in a URL, in a private temporary folder.
    """
    path = data_dir / f"{name}.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT and quote(str(path)) == str(path):
        return path
    folder = Path(tempfile.gettempdir()) / f"venom-portal-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise ImproperlyConfigured(f"{folder} belongs to somebody else; name a data directory with a shorter path")
    return folder / f"{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]}-{name}.sock"
