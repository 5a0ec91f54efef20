"""The states of runs, steps and attempts, what moves them, and the codes that answers carry.

This module is the one place where they are declared: the models, the API, the pages, the tests and the handbook read
it. Standard library only.
"""

from enum import StrEnum


class RunState(StrEnum):
    """Where a run stands. The values are sent over the wire and never change."""

    IDLE = "idle"
    """Created or put back to the beginning; nothing of it runs. Leaves by ``start``."""
    RUNNING = "running"
    """Its steps are claimed and run. Leaves by an operator's act, or when every step is done or one has failed."""
    PAUSED = "paused"
    """No step is claimed; attempts in flight end or are stopped. Leaves by ``resume`` or ``cancel``."""
    COMPLETED = "completed"
    """Every step succeeded or was skipped; the output is recorded."""
    FAILED = "failed"
    """A step failed for good, or the deadline passed, and the last attempt in flight has ended."""
    CANCELLED = "cancelled"
    """An operator ended it. No report of a worker ever leads out of here."""


class Admission(StrEnum):
    """Whether a bound on the number of runs lets a run work."""

    OPEN = "open"
    """No bound concerns it, or it has not been started, or it is over."""
    WAITING = "waiting"
    """It was started, and none of its steps begins before a place is free."""
    ADMITTED = "admitted"
    """It has its places, until it has ended and nothing of it is in flight; a paused run keeps them."""


class StepState(StrEnum):
    """Where a step of a run stands."""

    PENDING = "pending"
    """Waits for steps that it needs."""
    READY = "ready"
    """May be claimed by any worker."""
    RUNNING = "running"
    """An attempt holds its lease; a fan-out whose items are not all done is running too."""
    WAITING = "waiting"
    """Failed and will be tried again when its back-off ends (``due_at``)."""
    SUCCEEDED = "succeeded"
    """Its output is recorded."""
    FAILED = "failed"
    """Failed for good: its retries are used up or its error is permanent."""
    SKIPPED = "skipped"
    """Its condition was false, or a step that it needs was skipped, or an operator skipped it."""
    CANCELLED = "cancelled"
    """Its run was cancelled before it ended."""


class AttemptState(StrEnum):
    """How one attempt at a step went."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMEOUT = "timeout"
    """Stopped because it took longer than the step's ``timeout``."""
    INTERRUPTED = "interrupted"
    """Stopped on request; it handed its work back."""
    LOST = "lost"
    """Its worker died or went silent."""
    LATE = "late"
    """Reported after its lease had gone to somebody else; kept to be looked at, without effect."""
    UNCONFIRMED = "unconfirmed"
    """Was told to stop and never said that it did: its code may still run, its result will change nothing."""
    QUEUED = "queued"
    """A replay that waits for a worker."""


class Operation(StrEnum):
    """What an operator can ask of a run."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY = "retry"
    RESTART = "restart"
    SKIP_STEP = "skip_step"
    REPLAY_STEP = "replay_step"
    DRY_RUN = "dry_run"


class ReasonCode(StrEnum):
    """Why an operation ended as it did. Stored and sent; the words are made when shown."""

    OPERATION_COMPLETED = "operation_completed"
    OPERATION_CANCELLED = "operation_cancelled"
    OPERATION_IN_PROGRESS = "operation_in_progress"
    FORBIDDEN_TRANSITION = "forbidden_transition"
    INVALID_STATE = "invalid_state"
    RESOURCE_NOT_FOUND = "resource_not_found"
    INVALID_CONFIGURATION = "invalid_configuration"
    PERMISSION_DENIED = "permission_denied"
    STALE_PLAN = "stale_plan"
    OPERATION_FAILED = "operation_failed"


TRANSITIONS: dict[Operation, tuple[frozenset[RunState], RunState]] = {
    Operation.START: (frozenset({RunState.IDLE}), RunState.RUNNING),
    Operation.PAUSE: (frozenset({RunState.RUNNING}), RunState.PAUSED),
    Operation.RESUME: (frozenset({RunState.PAUSED}), RunState.RUNNING),
    Operation.CANCEL: (frozenset({RunState.RUNNING, RunState.PAUSED}), RunState.CANCELLED),
    Operation.RETRY: (frozenset({RunState.FAILED, RunState.CANCELLED}), RunState.RUNNING),
    Operation.RESTART: (frozenset({RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED}), RunState.IDLE),
}
"""Operation → the states that it may leave, and the state that it leads to."""

WITHIN_A_STATE: dict[Operation, frozenset[RunState]] = {
    Operation.SKIP_STEP: frozenset({RunState.RUNNING, RunState.FAILED}),
    Operation.REPLAY_STEP: frozenset(RunState) - {RunState.IDLE},
    Operation.DRY_RUN: frozenset(RunState),
}
"""Operation that leaves the run's state as it is → the states in which it is allowed."""


class SkipReason(StrEnum):
    """Why a step was skipped."""

    CONDITION_FALSE = "condition_false"
    """Its condition was false."""
    NEED_SKIPPED = "need_skipped"
    """A step that it needs was skipped for one of these two reasons."""
    OPERATOR = "operator"
    """An operator skipped it; what needs it goes on."""


ENDED = frozenset({RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED})
CLAIMABLE = frozenset({StepState.READY, StepState.WAITING})
DONE = frozenset({StepState.SUCCEEDED, StepState.SKIPPED})


def allowed_operations(state: RunState) -> list[Operation]:
    """List the operations that a state allows."""
    changing = [operation for operation, (sources, _target) in TRANSITIONS.items() if state in sources]
    return [*changing, *(operation for operation, sources in WITHIN_A_STATE.items() if state in sources)]


def phase(state: RunState, in_flight: int, *, failing: bool, waits: bool = False) -> str:
    """Say in one word what the state leaves open: whether work is still in flight.

    ``""`` before the start, ``waiting`` until a place is free (``waits``), ``dispatching`` while steps are claimed,
    ``draining`` while a paused or failing run's last attempts end, ``stopping`` while a cancelled run's attempts are
    told to stop, ``settled`` when nothing is in flight.
    """
    if state is RunState.IDLE:
        return ""
    if state is RunState.RUNNING:
        return "draining" if failing else "waiting" if waits else "dispatching"
    if in_flight == 0:
        return "settled"
    return "draining" if state is RunState.PAUSED else "stopping"
