"""What the environment may say, and what is refused."""

import os
import stat
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured

from venom_portal.environment import embedded_broker_url, read_environment, socket_path

_VARIABLES = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "VENOM_APPS",
    "VENOM_INPUT_ROOTS",
    "VENOM_LEASE_SECONDS",
)


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment that says nothing but where the data directory is."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "data"
    monkeypatch.setenv("VENOM_DATA_DIR", str(path))
    return path


def test_environment__defaults(data_dir: Path) -> None:
    environment = read_environment()

    assert environment.data_dir == data_dir
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert environment.database["ENGINE"] == "django.db.backends.sqlite3"
    assert environment.database["NAME"] == str(data_dir / "portal.sqlite3")
    assert environment.broker_url == embedded_broker_url(data_dir)
    assert environment.debug is False
    assert environment.input_roots == (Path.cwd(),)
    assert environment.apps == ()


def test_environment__secret_is_made_once_and_private(data_dir: Path) -> None:
    secret = read_environment().secret_key

    assert len(secret) >= 50
    assert read_environment().secret_key == secret
    assert stat.S_IMODE((data_dir / "secret-key").stat().st_mode) == 0o600


def test_environment__given_secret_is_not_kept(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "given")

    assert read_environment().secret_key == "given"
    assert not (data_dir / "secret-key").exists()


@pytest.mark.parametrize("name", ["with space", "hash#mark", "question?mark", "100%", "plus+", "zażółć"])
def test_environment__database_file_lies_in_any_data_dir(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENOM_DATA_DIR", str(tmp_path / name))

    assert read_environment().database["NAME"] == str(tmp_path / name / "portal.sqlite3")


def test_environment__postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:p%40ss@db.example:5433/portal")

    database = read_environment().database

    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"], database["HOST"], database["PORT"], database["NAME"]) == (
        "me",
        "p@ss",
        "db.example",
        5433,
        "portal",
    )
    assert database["OPTIONS"]["tcp_user_timeout"] == 20_000, "a network that is gone is noticed within a lease"


def test_environment__postgresql_options_are_the_operator_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@db.example/portal?tcp_user_timeout=90000&keepalives_idle=60")

    options = read_environment().database["OPTIONS"]

    assert (str(options["tcp_user_timeout"]), str(options["keepalives_idle"])) == ("90000", "60")
    assert options["keepalives_count"] == 3


def test_environment__server_ends_a_transaction_that_is_idle_within_a_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@db.example/portal")

    options = read_environment().database["OPTIONS"]["options"]
    monkeypatch.setenv("VENOM_LEASE_SECONDS", "6")
    hasty = read_environment().database["OPTIONS"]["options"]

    assert "-c idle_in_transaction_session_timeout=20000 -c tcp_keepalives_idle=10" in options
    assert "-c idle_in_transaction_session_timeout=4000 " in hasty


def test_environment__server_s_options_are_the_operator_s_too(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = "-c work_mem=5MB -c idle_in_transaction_session_timeout=0"
    monkeypatch.setenv("DATABASE_URL", f"postgres://me@db.example/portal?options={quote(theirs)}")

    options = read_environment().database["OPTIONS"]["options"]

    assert "tcp_keepalives_count=3" in options
    assert options.endswith(theirs), "the last one counts"


def test_environment__nothing_is_said_to_a_server_behind_a_pooler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@db.example/portal?prepare_threshold=0")

    assert "options" not in read_environment().database["OPTIONS"]


def test_environment__lists(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VENOM_APPS", "tests, tests.sample_flows,")
    monkeypatch.setenv("ALLOWED_HOSTS", "portal.example")
    monkeypatch.setenv("VENOM_INPUT_ROOTS", f"{tmp_path / 'a'}{os.pathsep}{tmp_path / 'b'}")

    environment = read_environment()

    assert environment.apps == ("tests", "tests.sample_flows")
    assert environment.allowed_hosts == ("portal.example",)
    assert environment.input_roots == (tmp_path / "a", tmp_path / "b")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "oracle://host/name"),
        ("DATABASE_URL", "portal.sqlite3"),
        ("DATABASE_URL", "postgres://host"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "amqp://localhost"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://host:99999/0"),
        ("DATABASE_URL", "postgres://me:to/psecret@host/name"),
        ("VENOM_APPS", "no_such_package"),
        ("VENOM_APPS", "no_such_package.flows"),
        ("VENOM_APPS", "tests,.relative"),
        ("DEBUG", "perhaps"),
    ],
)
def test_environment__refused_names_the_variable(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(ImproperlyConfigured, match=variable) as refusal:
        read_environment()
    assert "psecret" not in str(refusal.value)


def test_environment__refused_where_the_data_dir_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("VENOM_DATA_DIR", str(tmp_path / "file" / "data"))

    with pytest.raises(ImproperlyConfigured, match="VENOM_DATA_DIR"):
        read_environment()


def test_socket_path__short_and_plain_lies_in_the_data_dir() -> None:
    assert socket_path(Path("/srv/portal"), "broker") == Path("/srv/portal/broker.sock")


@pytest.mark.parametrize("data_dir", [Path("/srv") / ("long" * 30), Path("/srv/hash#mark")])
def test_socket_path__otherwise_in_a_private_folder(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    broker, control = socket_path(data_dir, "broker"), socket_path(data_dir, "control")

    assert broker.parent == control.parent
    assert broker.parent.parent == tmp_path
    assert broker != control
    assert broker != socket_path(data_dir / "other", "broker")
    assert stat.S_IMODE(broker.parent.stat().st_mode) == 0o700


def test_socket_path__refused_where_the_private_folder_is_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"venom-portal-{os.getuid()}").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ImproperlyConfigured, match="belongs to somebody else"):
        socket_path(Path("/srv") / ("long" * 30), "broker")
