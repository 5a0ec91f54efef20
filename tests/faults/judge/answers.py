"""Was every answer true? Each wish of the journal beside the audit trail and the runs."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from audit.violation import Violation
from tests.faults.judge.facts import Entry, Facts, Run
from tests.faults.load.journal import BULK, CREATE, Outcome, Record

_SAME = ("operation_id", "id", "reason_code")
"""What two answers to one wish have in common."""
_HUMAN = ("operator", "admin")


def check_answers(records: Sequence[Record], facts: Facts) -> list[Violation]:
    """Check that what was acknowledged happened exactly once, what was refused never, and the rest at most once."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in facts.entries:
        entries[entry.journal].append(entry)
    runs: dict[str, list[Run]] = defaultdict(list)
    for run in facts.runs:
        runs[run.journal].append(run)
    found: list[Violation] = []
    for record in records:
        found += _check_sendings(record)
        if record.kind == CREATE:
            found += _check_creation(record, runs[record.id], facts.entries)
        elif record.kind == BULK:
            found += _check_bulk(record, [entry for entry in entries[record.id] if entry.parent], facts)
        else:
            found += _check_operation(record, entries[record.id])
    return [*found, *_check_unasked(records, facts)]


def _check_sendings(record: Record) -> Iterator[Violation]:
    """One wish is answered the same however often it is sent; a portal in trouble says so with 503."""
    said = {tuple(_of(sending.body, name) for name in _SAME) for sending in record.answers}
    if len(said) > 1:
        yield _violation("answered_differently", record, answers=sorted(map(str, said)))
    for sending in record.sendings:
        if sending.status >= 500 and sending.status != 503:
            yield _violation("server_error", record, status=sending.status, body=str(sending.body)[:300])


def _check_creation(record: Record, runs: Sequence[Run], entries: Sequence[Entry]) -> Iterator[Violation]:
    if len(runs) > 1:
        yield _violation("created_more_than_once", record, runs=[run.id for run in runs])
    if record.outcome is Outcome.REFUSED and runs:
        yield _violation("refused_but_created", record, run=runs[0].id)
    if record.outcome is not Outcome.ACKNOWLEDGED:
        return
    answered = _of(record.answers[0].body, "id")
    if answered not in {run.id for run in runs}:
        yield _violation("acknowledged_but_lost", record, run=answered)
        return
    # A run that was created idle has an entry of its start besides: that one left a state.
    made = [entry for entry in entries if entry.resource == answered and entry.type == "start" and not entry.before]
    if len(made) != 1:
        yield _violation("creation_not_once_on_record", record, run=answered, entries=len(made))


def _check_operation(record: Record, entries: Sequence[Entry]) -> Iterator[Violation]:
    happened = [entry for entry in entries if entry.has_happened]
    if len(happened) > 1:
        yield _violation("happened_more_than_once", record, entries=[entry.operation_id for entry in happened])
    if record.outcome is Outcome.REFUSED and happened:
        yield _violation("refused_but_happened", record, entry=happened[0].operation_id)
    for sending in record.answers:
        answered = _of(sending.body, "operation_id")
        entry = next((entry for entry in entries if entry.operation_id == answered), None)
        if entry is not None:
            yield from _check_entry(record, entry, _of(sending.body, "reason_code"))
        elif answered or sending.outcome is Outcome.ACKNOWLEDGED:
            yield _violation("answered_but_not_on_record", record, operation_id=answered)


def _check_entry(record: Record, entry: Entry, code: str) -> Iterator[Violation]:
    seen = {"type": entry.type, "resource": entry.resource, "code": entry.code}
    told = {"type": record.kind, "resource": record.runs[0], "code": code}
    if seen != told:
        yield _violation("record_differs_from_answer", record, record=seen, answer=told)
    if entry.has_happened != (record.outcome is Outcome.ACKNOWLEDGED):
        yield _violation("record_differs_from_answer", record, result=entry.result, outcome=record.outcome.value)


def _check_bulk(record: Record, parts: Sequence[Entry], facts: Facts) -> Iterator[Violation]:
    """Each part of a job is done once, and a wish makes one job."""
    for (_job, run), count in Counter((entry.parent, entry.resource) for entry in parts).items():
        if count > 1:
            yield _violation("bulk_part_more_than_once", record, run=run, entries=count)
    jobs = {entry.parent for entry in parts if entry.parent}
    if len(jobs) > 1:
        yield _violation("happened_more_than_once", record, jobs=sorted(jobs))
    if record.outcome is Outcome.REFUSED and jobs:
        yield _violation("refused_but_happened", record, job=min(jobs))
    if record.outcome is Outcome.ACKNOWLEDGED:
        yield from _check_job(record, _of(record.answers[0].body, "id"), parts, facts)


def _check_job(record: Record, answered: str, parts: Sequence[Entry], facts: Facts) -> Iterator[Violation]:
    """The job that was acknowledged is there, each of its runs has one result, and each result one entry."""
    job = next((job for job in facts.jobs if job.id == answered), None)
    if job is None or sum(entry.operation_id == answered for entry in facts.entries) != 1:
        yield _violation("answered_but_not_on_record", record, job=answered)
    elif sorted(item.run for item in job.items) != sorted(record.runs):
        yield _violation("bulk_run_left_out", record, job=job.id, items=len(job.items))
    elif {item.operation_id for item in job.items} != {entry.operation_id for entry in parts}:
        yield _violation("bulk_result_not_on_record", record, job=job.id)


def _check_unasked(records: Sequence[Record], facts: Facts) -> Iterator[Violation]:
    """Nothing is on record, and no run is there, that nobody asked for."""
    asked = {record.id for record in records}
    for run in facts.runs:
        if run.journal not in asked:
            yield Violation("run_that_nobody_asked_for", f"run {run.id}")
    for entry in facts.entries:
        if entry.by in _HUMAN and entry.journal and entry.journal not in asked:
            yield Violation("entry_that_nobody_asked_for", f"entry {entry.operation_id}", {"type": entry.type})


def _of(body: object, name: str) -> str:
    return str(body.get(name, "")) if isinstance(body, Mapping) else ""


def _violation(rule: str, wish: Record, **facts: object) -> Violation:
    return Violation(rule, f"wish {wish.id} ({wish.kind} {' '.join(wish.runs)})", facts)
