"""The values that fields take from a fixed set. The schema names each set once (``ENUM_NAME_OVERRIDES``)."""

from typing import Final

from workflows.graph import MAP, STEP
from workflows.states import AttemptState, Operation, RunState, StepState

RUN_STATES: Final = [state.value for state in RunState]
STEP_STATES: Final = [state.value for state in StepState]
ATTEMPT_STATES: Final = [state.value for state in AttemptState]
OPERATIONS: Final = [operation.value for operation in Operation]
PHASES: Final = ["dispatching", "draining", "stopping", "settled"]
NODE_KINDS: Final = [STEP, MAP]
STEP_KINDS: Final = [STEP, MAP, "item"]
VALUES: Final = ["input", "output"]
