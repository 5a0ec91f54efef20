"""Did every step that counts as done act, and was one result of each believed by everybody?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from audit.violation import Violation
from tests.faults.judge.facts import Facts
from tests.faults.judge.ledger import Line


def check_effects(lines: Sequence[Line], facts: Facts) -> list[Violation]:
    """Check the ledger beside the steps; a step may act more than once, but only one of its results may count."""
    key_of = {line.nonce: line.key for line in lines if line.nonce}
    return [
        *_check_done(lines, facts),
        *_check_accepted(key_of, facts),
        *_check_seen(lines, key_of, facts),
        *_check_attempts(lines),
    ]


def _check_done(lines: Sequence[Line], facts: Facts) -> Iterator[Violation]:
    acted = {line.key for line in lines if line.what == "done"}
    for step in facts.steps:
        if step.status == "succeeded" and not step.is_fan_out and _key(step.run, step.id, step.generation) not in acted:
            yield Violation(
                "succeeded_without_effect", f"run {step.run} step {step.id}", {"generation": step.generation}
            )


def _check_accepted(key_of: dict[str, str], facts: Facts) -> Iterator[Violation]:
    """The output that is kept is one that this very step, in this generation, has made."""
    for step in facts.steps:
        if step.nonce and key_of.get(step.nonce) != _key(step.run, step.id, step.generation):
            yield Violation(
                "output_of_somebody_else", f"run {step.run} step {step.id}",
                {"generation": step.generation, "made_by": key_of.get(step.nonce)},
            )  # fmt: skip


def _check_seen(lines: Sequence[Line], key_of: dict[str, str], facts: Facts) -> Iterator[Violation]:
    """All that was handed on of one step in one generation is one result, and the one that is kept."""
    accepted: dict[str, set[str]] = defaultdict(set)
    for step in facts.steps:
        if step.nonce:
            accepted[_key(step.run, step.id, step.generation)].add(step.nonce)
    for line in lines:
        for nonce in line.seen:
            if nonce not in key_of:
                yield Violation("output_from_nowhere", f"step {line.key}", {"nonce": nonce})
            else:
                accepted[key_of[nonce]].add(nonce)
    for key, nonces in accepted.items():
        if len(nonces) > 1:
            yield Violation("two_results_accepted", f"step {key}", {"nonces": sorted(nonces)})


def _check_attempts(lines: Sequence[Line]) -> Iterator[Violation]:
    """An attempt runs once, in one process, replays too; and a token is no two attempts'."""
    processes: dict[tuple[str, str, int], int] = {}
    attempts: dict[tuple[str, str, int], int] = {}
    for line in lines:
        if line.what != "began":
            continue
        if processes.setdefault((line.run, line.step, line.attempt), line.pid) != line.pid:
            yield Violation(
                "attempt_ran_twice", f"step {line.key}", {"attempt": line.attempt, "replay": line.is_replay}
            )
        if not line.is_replay and attempts.setdefault((line.run, line.step, line.token), line.attempt) != line.attempt:
            yield Violation("token_used_twice", f"step {line.key}", {"token": line.token})


def _key(run: str, step: str, generation: int) -> str:
    return f"{run}/{step}/{generation}"
