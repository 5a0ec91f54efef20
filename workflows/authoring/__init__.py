"""What a flow author imports: ``from workflows.authoring import step, workflow, current, PermanentError``."""

from workflows.authoring.context import current
from workflows.authoring.errors import FlowError, InputRefused, PermanentError, StopRequested
from workflows.authoring.steps import step
from workflows.authoring.workflows import workflow

__all__ = ["FlowError", "InputRefused", "PermanentError", "StopRequested", "current", "step", "workflow"]
