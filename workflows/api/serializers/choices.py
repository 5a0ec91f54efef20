"""The values that fields take from a fixed set. The schema names each set once (``ENUM_NAME_OVERRIDES``)."""

from typing import Final

from workflows.graph import MAP, STEP
from workflows.models.bulk import BulkResult, BulkStatus
from workflows.operations.bulk.steer import BulkAct
from workflows.states import AttemptState, Operation, ReasonCode, RunState, StepState

RUN_STATES: Final = [state.value for state in RunState]
STEP_STATES: Final = [state.value for state in StepState]
ATTEMPT_STATES: Final = [state.value for state in AttemptState]
OPERATIONS: Final = [operation.value for operation in Operation]
REASON_CODES: Final = [code.value for code in ReasonCode]
BULK_OPERATIONS: Final = [operation.value for operation in Operation if operation is not Operation.DRY_RUN]
BULK_STATES: Final = BulkStatus.values
BULK_RESULTS: Final = BulkResult.values
BULK_ACTS: Final = [act.value for act in BulkAct]
PHASES: Final = ["waiting", "dispatching", "draining", "stopping", "settled"]
NODE_KINDS: Final = [STEP, MAP]
STEP_KINDS: Final = [STEP, MAP, "item"]
VALUES: Final = ["input", "output"]
