"""One portal on one database, with all that can be broken about it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench.portal import PROJECT
from tests.acceptance.running import clean_environment, free_port
from tests.faults.sample import LEDGER_VARIABLE
from tests.faults.stage.database import Database
from tests.faults.stage.disk import Disk
from tests.faults.stage.postgres import PostgresDatabase
from tests.faults.stage.processes import Keeper, Part, eventually
from tests.faults.stage.proxy import Proxy
from tests.faults.stage.sqlite import SqliteDatabase
from venom_portal.processes import broker, conf
from venom_portal.processes.address import Address
from venom_portal.processes.tether import adopt_orphans

WORKERS = ("worker-1", "worker-2")
CLOCKS = ("clock-1", "clock-2", "clock-3")
JUMPING = ("worker-2", "clock-3")
"""Those whose wall clock can be made to jump."""
CONCURRENCY = 2


@dataclass
class Stage:
    """What faults and clients get to know of the portal."""

    folder: Path
    address: Address
    keeper: Keeper
    database: Database
    disk: Disk
    proxy: Proxy
    environment: Mapping[str, str]
    lease: float
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def ledger(self) -> Path:
        """What the steps have written."""
        return self.folder / "ledger.jsonl"

    def clock_file(self, name: str) -> Path:
        """What shifts the wall clock of a part."""
        return self.folder / f"shift-{name}"

    def portal_processes(self) -> list[psutil.Process]:
        """Every process of the portal but the broker's."""
        return [process for name in self.keeper.names() if name != "broker" for process in self.keeper.whole(name)]

    def manage(self, *arguments: str, seconds: float = 120.0) -> "subprocess.CompletedProcess[str]":
        """Run a management command to its end."""
        return self.run("-m", "venom_portal", *arguments, seconds=seconds)

    def new_token(self, user: str) -> str:
        """Make a token for a user."""
        return str(json.loads(self.manage("token", "create", user, "--json").stdout)["token"])

    def tell(self, what: str, seconds: float = 120.0) -> Any:
        """Ask ``tests.faults.teller``.

        Raises:
            subprocess.CalledProcessError: it could not say.
        """
        done = self.run("-m", "tests.faults.teller", what, seconds=seconds)
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, done.args, done.stdout, done.stderr[-2000:])
        return json.loads(done.stdout)

    def run(self, *arguments: str, seconds: float) -> "subprocess.CompletedProcess[str]":
        """Run Python in the portal's environment."""
        return subprocess.run(
            [sys.executable, *arguments], env=dict(self.environment), cwd=PROJECT, capture_output=True, text=True,
            timeout=seconds, check=False,
        )  # fmt: skip


def build(folder: Path, database_name: str, seed: str, knobs: Mapping[str, str], parts: ExitStack) -> Stage:
    """Start a portal; ``knobs`` are what its environment is told; what it takes is stopped when ``parts`` are left."""
    adopt_orphans()
    (folder / "runtime").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "runtime")  # the database's package keeps a lock there
    disk = Disk(folder / "disk")
    parts.callback(disk.end)
    database: Database = (PostgresDatabase if database_name == "postgres" else SqliteDatabase)(disk.folder)
    parts.callback(database.end)
    proxy = Proxy(folder / "broker.sock", seed)
    proxy.start()
    parts.callback(proxy.end)
    stage = Stage(
        folder, Address("127.0.0.1", free_port()), Keeper(folder / "logs"), database, disk, proxy,
        _environment(folder, database, proxy, knobs), float(knobs["VENOM_LEASE_SECONDS"]),
    )  # fmt: skip
    stage.tell("prepare")
    stage.tokens = {name: stage.new_token(name) for name in ("operator", "admin")}
    stage.keeper.start()
    parts.callback(stage.keeper.end)
    _add_parts(stage)
    eventually(stage.address.answers, 60, "the web process answers")
    return stage


def _environment(folder: Path, database: Database, proxy: Proxy, knobs: Mapping[str, str]) -> dict[str, str]:
    return clean_environment(
        PYTHONPATH=str(PROJECT),
        DJANGO_SETTINGS_MODULE="venom_portal.settings",
        VENOM_DATA_DIR=str(folder / "data"),
        VENOM_APPS="tests.faults.sample",
        VENOM_STOP_GRACE_SECONDS=os.environ["VENOM_STOP_GRACE_SECONDS"],
        DATABASE_URL=database.url,
        REDIS_URL=f"redis://127.0.0.1:{proxy.port}/0",
        **{LEDGER_VARIABLE: str(folder / "ledger.jsonl"), **knobs},
    )


def _add_parts(stage: Stage) -> None:
    commands = {part.name: part.command for part in conf.portal_parts(stage.address, CONCURRENCY)}
    stage.keeper.add(
        Part("broker", broker.embedded_command(stage.folder / "broker.sock", stage.folder), stage.environment)
    )
    stage.keeper.add(Part("web", commands["web"], stage.environment))
    for name in (*WORKERS, *CLOCKS):
        kind = name.partition("-")[0]
        stage.keeper.add(Part(name, commands[kind], _own_environment(stage, name)))


def _own_environment(stage: Stage, name: str) -> Mapping[str, str]:
    if name not in JUMPING:
        return stage.environment
    shim = str(Path(__file__).parent / "jumping")
    return {
        **stage.environment,
        "PYTHONPATH": os.pathsep.join((shim, str(PROJECT))),
        "VENOM_FAULTS_CLOCK": str(stage.clock_file(name)),
    }
