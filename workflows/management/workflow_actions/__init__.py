"""What ``manage.py workflow`` can do, an action a file; the operations on a run are one action in many names."""

from workflows.management.acting import Action
from workflows.management.workflow_actions.bulk import Bulk
from workflows.management.workflow_actions.bulk_job import BulkJobAction
from workflows.management.workflow_actions.definitions import Definitions
from workflows.management.workflow_actions.explain import Explain
from workflows.management.workflow_actions.list_runs import ListRuns
from workflows.management.workflow_actions.operate import OPERATIONS
from workflows.management.workflow_actions.show import Show
from workflows.management.workflow_actions.start import Start
from workflows.management.workflow_actions.watch import Watch

ACTIONS: tuple[Action, ...] = (
    *(Definitions(), Start(), ListRuns(), Show(), Explain(), Watch()),
    *OPERATIONS,
    *(Bulk(), BulkJobAction()),
)
