"""The configuration that supervisord runs the portal's processes by; written anew at each start."""

import math
import shlex
import sys
from collections.abc import Sequence
from configparser import RawConfigParser
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from venom_portal.environment import socket_path
from venom_portal.processes import PortalError, broker
from venom_portal.processes.address import Address
from workflows.worker import stopping

# -P: what can be imported is said by PYTHONPATH alone, not by the directory in which `up` was started.
_PYTHON = (sys.executable, "-P", "-m")
TETHER = (*_PYTHON, "venom_portal.processes.tether")

LOGS = "logs"
# Open event streams get this long to end by themselves.
STOP_SECONDS = 5
LONGEST_STOP = max(STOP_SECONDS + 1, math.ceil(stopping.LONGEST_STOP))
"""Seconds after which every part that was told to stop has ended: a worker's steps get their grace time."""


@dataclass(frozen=True)
class Part:
    """One process of the portal, under the name that its log has too."""

    name: str
    command: Sequence[str]
    stop_seconds: int = STOP_SECONDS + 1


def portal_parts(address: Address, concurrency: int | None) -> list[Part]:
    """List the processes that every portal has."""
    web = ["--host", address.host, "--port", str(address.port), "--timeout-graceful-shutdown", str(STOP_SECONDS)]
    workers = [] if concurrency is None else ["--concurrency", str(concurrency)]
    return [
        Part("web", [*_PYTHON, "uvicorn", "venom_portal.asgi:application", "--lifespan", "off", *web]),
        Part("worker", [*_PYTHON, "venom_portal", "worker", *workers], LONGEST_STOP),
        Part("clock", [*_PYTHON, "venom_portal", "clock"]),
    ]


def embedded_broker(data_dir: Path) -> Part:
    """Describe the broker that a portal without a ``REDIS_URL`` brings along."""
    return Part("broker", broker.embedded_command(socket_path(data_dir, "broker"), data_dir))


def control_socket(data_dir: Path) -> Path:
    """Say where the supervisor takes orders."""
    return socket_path(data_dir, "control")


def write_conf(data_dir: Path, parts: Sequence[Part], broker_part: Part | None) -> Path:
    """Write the configuration into the data directory and return its path.

    The broker is a group of its own: the supervisor stops one group after the other, and this one last.

    Raises:
        PortalError: supervisord could not read the directory's name.
    """
    if "%" in str(data_dir):
        raise PortalError(_("the data directory's path cannot contain %; name another one with --data-dir"))
    (data_dir / LOGS).mkdir(exist_ok=True)
    parser = RawConfigParser()
    parser.read_dict(_supervisor_sections(control_socket(data_dir)))
    groups = {"portal": (20, parts)} | ({"messaging": (10, [broker_part])} if broker_part else {})
    for group, (priority, members) in groups.items():
        parser.read_dict({f"program:{part.name}": _program(part) for part in members})
        parser[f"group:{group}"] = {"programs": ",".join(part.name for part in members), "priority": str(priority)}
    path = data_dir / "supervisord.conf"
    with path.open("w") as file:
        parser.write(file)
    return path


def _supervisor_sections(socket: Path) -> dict[str, dict[str, str]]:
    return {
        "supervisord": {
            "nodaemon": "true",
            "silent": "true",
            "nocleanup": "true",
            "pidfile": "%(here)s/supervisord.pid",
            "logfile": f"%(here)s/{LOGS}/supervisord.log",
            "logfile_maxbytes": "5MB",
            "logfile_backups": "3",
        },
        "unix_http_server": {"file": str(socket), "chmod": "0700"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        "supervisorctl": {"serverurl": f"unix://{socket}"},
    }


def _program(part: Part) -> dict[str, str]:
    return {
        "command": _escaped(shlex.join([*TETHER, *part.command])),
        "autorestart": "true",
        "startsecs": "5",  # one that ends sooner is started again after a growing pause
        "startretries": "1000000",
        "stopwaitsecs": str(part.stop_seconds),
        "killasgroup": "true",  # not stopasgroup: a worker tells its pool itself, and lets it finish
        "redirect_stderr": "true",
        "stdout_logfile": f"%(here)s/{LOGS}/{part.name}.log",
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": "3",
    }


def _escaped(text: str) -> str:
    """Keep supervisord from expanding ``%`` and from seeing a comment in a quoted `` ;`` or `` #``."""
    return text.replace("%", "%%").replace(" ;", " '';").replace(" #", " ''#")
