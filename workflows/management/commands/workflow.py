"""``manage.py workflow``: start runs, find them, look at them, follow them, operate them."""

from django.utils.translation import gettext_lazy as _

from workflows.management.acting import ActingCommand
from workflows.management.workflow_actions import ACTIONS


class Command(ActingCommand):
    """The actions are in ``workflow_actions``, one file each."""

    help = _("Start workflows, list runs, show them, follow them and operate them.")  # type: ignore[assignment]  # made when it is shown
    actions = ACTIONS
