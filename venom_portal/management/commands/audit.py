"""``manage.py audit``: read the trail, prove it, hand it out, and look after it."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from venom_portal.management.audit_actions import ACTIONS
from workflows.management.acting import ActingCommand


class Command(ActingCommand):
    """See the actions."""

    help = _("Read, export and prove the audit trail.")  # type: ignore[assignment]  # made when it is shown
    actions: ClassVar = ACTIONS
