"""What ``manage.py workflow`` can do, an action a file."""

from workflows.management.acting import Action
from workflows.management.workflow_actions.definitions import Definitions
from workflows.management.workflow_actions.list_runs import ListRuns
from workflows.management.workflow_actions.show import Show
from workflows.management.workflow_actions.start import Start
from workflows.management.workflow_actions.watch import Watch

ACTIONS: tuple[Action, ...] = (Definitions(), Start(), ListRuns(), Show(), Watch())
