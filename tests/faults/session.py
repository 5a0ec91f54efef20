"""One session: a portal, clients, faults; then peace, and the judgement."""

import shutil
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random

from audit.violation import Violation
from tests.faults.forms import Form
from tests.faults.judge import facts, ledger
from tests.faults.judge.answers import check_answers
from tests.faults.judge.effects import check_effects
from tests.faults.judge.ends import check_ends
from tests.faults.judge.proofs import check_proofs
from tests.faults.judge.recovery import recoveries
from tests.faults.judge.silence import check_silence
from tests.faults.kinds.catalogue import LANES
from tests.faults.kinds.fault import FaultLog, Scene
from tests.faults.kinds.lane import Lane
from tests.faults.load.crowd import Crowd
from tests.faults.load.journal import Journal
from tests.faults.stage.stage import Stage, build
from tests.faults.verdict import Verdict

_CALM_BEFORE = 3.0
_LANE_ENDS_WITHIN = 120.0


def hold_session(folder: Path, database: str, seed: str, form: Form, knobs: Mapping[str, str]) -> Verdict:
    """Hold one, and say what came of it; ``folder`` keeps what tells of it."""
    verdict = Verdict(database, seed, form)
    with ExitStack() as parts:
        stage = build(folder, database, f"{seed}/{database}", knobs, parts)
        parts.callback(_keep_database, stage, verdict)
        journal = Journal(folder / "journal.jsonl")
        log = _trouble(stage, journal, verdict)
        _settle(stage, verdict)
        _judge(stage, journal, log, verdict)
    return verdict


def _trouble(stage: Stage, journal: Journal, verdict: Verdict) -> FaultLog:
    """Let clients and faults loose; returns when both have ended and all that was broken is whole."""
    crowd = Crowd(stage, journal, verdict.seed)
    log, ended = FaultLog(), threading.Event()
    lanes = []
    for name, kinds in LANES.items():
        random = Random(f"{verdict.seed}/{stage.database.name}/{name}")
        lanes.append(Lane(name, kinds, Scene(stage, crowd, random, log, ended), verdict.form.pause))
    crowd.start()
    time.sleep(_CALM_BEFORE)
    for lane in lanes:
        lane.start()
    _wait(lanes, verdict.form.seconds)
    ended.set()
    for lane in lanes:
        lane.join(timeout=_LANE_ENDS_WITHIN)
        if lane.error or lane.is_alive():
            verdict.trouble = f"lane {lane.name}: {lane.error!r}"
    stage.database.revive()
    crowd.end()
    if crowd.errors:
        verdict.trouble = f"clients: {crowd.errors!r}"
    verdict.injections = log.injections
    return log


def _wait(lanes: list[Lane], seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and all(lane.is_alive() for lane in lanes):
        time.sleep(0.2)


def _settle(stage: Stage, verdict: Verdict) -> None:
    """Wait until nothing moves any more; what still does is found by the judges."""
    began = time.monotonic()
    while time.monotonic() - began < verdict.form.settle_seconds:
        with suppress(Exception):  # it may still be coming back
            if not stage.tell("unsettled"):
                break
        time.sleep(1.0)
    verdict.settled_after = time.monotonic() - began


def _judge(stage: Stage, journal: Journal, log: FaultLog, verdict: Verdict) -> None:
    records, lines, known = journal.records(), ledger.read(stage.ledger), facts.read(stage.tell("facts", 300))
    verdict.count(records, known)
    verdict.recoveries = recoveries(lines, log.kills, records)
    found: list[Violation] = [
        *check_ends(records, known),
        *check_answers(records, known),
        *check_effects(lines, known),
        *check_silence(records, lines, log.freezes),
    ]
    stage.keeper.end()
    verdict.violations = [*found, *check_proofs(stage)]


def _keep_database(stage: Stage, verdict: Verdict) -> None:
    """Keep the files of a session that was not good: the disk in memory goes with it."""
    stage.keeper.end()
    if verdict.exit_code and stage.disk.is_mounted:
        with suppress(OSError, shutil.Error):
            shutil.copytree(
                stage.disk.folder, stage.folder / "database", ignore=shutil.ignore_patterns("ballast", ".s.*")
            )
