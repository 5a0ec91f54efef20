"""Did every run come to the end that it should, and is its history in order?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from audit.violation import Violation
from tests.faults.judge.facts import Attempt, Facts, Run
from tests.faults.load.journal import BULK, CREATE, Outcome, Record

_NEVER_COMPLETE = frozenset({"faults-failing", "faults-poison"})
_STEP_OF_POISON = "take-the-worker-along"
_FAIL_BY_NATURE = frozenset({_STEP_OF_POISON, "fail-for-good", "stumble"})


def check_ends(records: Sequence[Record], facts: Facts) -> list[Violation]:
    """Check where the runs stand and what their rows say of how they came there."""
    asked: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        for run in record.runs:
            asked[run].append(record)
    return [
        *_check_jobs(facts),
        *(found for run in facts.runs for found in _check_run(run, asked[run.id])),
        *_check_poison(facts),
        *_check_steps(facts),
        *_check_attempts(facts),
        *_check_failures(facts, {run for run, told in asked.items() if any(map(_may_have_skipped, told))}),
        *_check_events(facts),
    ]


def _check_run(run: Run, asked: Sequence[Record]) -> Iterator[Violation]:
    if run.status == "running" or run.in_flight:
        yield Violation("not_settled", f"run {run.id}", {"status": run.status, "in_flight": run.in_flight})
    maybe = {_operation(record) for record in asked if record.outcome is not Outcome.REFUSED}
    wanted = {"paused": "pause", "cancelled": "cancel"}.get(run.status)
    if wanted and wanted not in maybe:
        yield Violation(f"{run.status}_unasked", f"run {run.id}")
    if run.status == "completed" and run.definition in _NEVER_COMPLETE and "skip_step" not in maybe:
        yield Violation("completed_against_nature", f"run {run.id}", {"definition": run.definition})
    yield from _check_last_word(run, asked)


def _check_last_word(run: Run, asked: Sequence[Record]) -> Iterator[Violation]:
    """Where a pause or a cancel was beyond doubt the last thing that anybody asked for, it holds."""
    changing = [record for record in asked if record.kind not in ("dry_run", "replay_step", CREATE)]
    last = max(changing, key=lambda record: record.first_sent, default=None)
    if last is None or last.kind not in ("pause", "cancel") or last.outcome is not Outcome.ACKNOWLEDGED:
        return
    others = [record for record in changing if record is not last and record.outcome is not Outcome.REFUSED]
    is_clear = all(
        record.kind != BULK
        and record.outcome is Outcome.ACKNOWLEDGED
        and all((sending.answered or 0) < last.first_sent for sending in record.sendings)
        for record in others
    )
    expected = "paused" if last.kind == "pause" else "cancelled"
    if is_clear and run.status != expected:
        yield Violation(
            "last_word_does_not_hold", f"run {run.id}", {"wish": last.id, "asked": last.kind, "is": run.status}
        )


def _check_poison(facts: Facts) -> Iterator[Violation]:
    """A step that kills its worker fails as such, in the end."""
    statuses = {run.id: run.status for run in facts.runs}
    for step in facts.steps:
        if step.id == _STEP_OF_POISON and step.status == "failed" and step.error != "worker_lost":
            yield Violation("poison_failed_otherwise", f"run {step.run} step {step.id}", {"error": step.error})
        if step.id == _STEP_OF_POISON and step.status == "succeeded" and statuses.get(step.run) != "cancelled":
            yield Violation("poison_succeeded", f"run {step.run} step {step.id}")


def _check_steps(facts: Facts) -> Iterator[Violation]:
    statuses = {run.id: run.status for run in facts.runs}
    for step in facts.steps:
        if step.is_leased:
            yield Violation("lease_left_over", f"run {step.run} step {step.id}", {"status": step.status})
        if statuses.get(step.run) == "completed" and step.status not in ("succeeded", "skipped"):
            yield Violation("completed_with_open_step", f"run {step.run} step {step.id}", {"status": step.status})


def _check_attempts(facts: Facts) -> Iterator[Violation]:
    by_step: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for attempt in facts.attempts:
        if attempt.status in ("running", "queued"):
            yield Violation("attempt_left_over", f"run {attempt.run} step {attempt.step}", {"number": attempt.number})
        if not attempt.is_replay:
            by_step[attempt.run, attempt.step].append(attempt)
    for (run, step), attempts in by_step.items():
        subject = f"run {run} step {step}"
        succeeded = [attempt.generation for attempt in attempts if attempt.status == "succeeded"]
        if len(succeeded) != len(set(succeeded)):
            yield Violation("two_attempts_succeeded", subject, {"generations": succeeded})
        if any(_is_overtaken(attempt, attempts) for attempt in attempts):
            yield Violation("old_token_accepted", subject, {"attempts": [[a.number, a.status] for a in attempts]})
        ordered = sorted(attempts, key=lambda attempt: attempt.number)
        if any(before.token >= after.token for before, after in pairwise(ordered)):
            yield Violation("tokens_do_not_rise", subject, {"tokens": [attempt.token for attempt in ordered]})


def _check_failures(facts: Facts, skipped: AbstractSet[str]) -> Iterator[Violation]:
    """A fault of the machine is no failure of a step: an attempt fails where its own code does, or its time is over.

    In a run of ``skipped``, somebody may have skipped a step without an output that a later one cannot do without.
    """
    for attempt in facts.attempts:
        lacks_input = attempt.error == "permanent_error" and attempt.run in skipped
        if attempt.status == "failed" and attempt.step not in _FAIL_BY_NATURE and not lacks_input:
            yield Violation(
                "failed_against_nature",
                f"run {attempt.run} step {attempt.step}",
                {"number": attempt.number, "error": attempt.error},
            )


def _may_have_skipped(record: Record) -> bool:
    return _operation(record) == "skip_step" and record.outcome is not Outcome.REFUSED


def _is_overtaken(attempt: Attempt, others: Sequence[Attempt]) -> bool:
    """Tell whether it succeeded although a later one had taken its step: what has succeeded is not tried again."""
    later = [other for other in others if other.number > attempt.number and other.generation == attempt.generation]
    return attempt.status == "succeeded" and bool(later)


def _check_jobs(facts: Facts) -> Iterator[Violation]:
    for job in facts.jobs:
        if job.status not in ("completed", "cancelled", "paused"):
            yield Violation("bulk_job_left_over", f"bulk job {job.id}", {"status": job.status})


def _check_events(facts: Facts) -> Iterator[Violation]:
    """Each history counts from 1 without a gap, and no step starts in it between a closing and the next opening."""
    seen: dict[str, int] = defaultdict(int)
    closed: dict[str, str] = {}
    for event in facts.events:
        if event.seq != seen[event.run] + 1:
            yield Violation("gap_in_history", f"run {event.run}", {"after": seen[event.run], "next": event.seq})
        seen[event.run] = event.seq
        if event.kind in ("run_paused", "run_cancelled"):
            closed[event.run] = event.kind
        elif event.kind in ("run_resumed", "run_retried", "run_restarted", "run_started"):
            closed.pop(event.run, None)
        elif event.kind == "step_started" and event.run in closed:
            yield Violation(
                "step_started_in_a_closed_run", f"run {event.run} step {event.step}",
                {"seq": event.seq, "after": closed[event.run]},
            )  # fmt: skip


def _operation(record: Record) -> str:
    return record.bulk_operation if record.kind == BULK else record.kind
