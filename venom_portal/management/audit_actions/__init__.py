"""What ``manage.py audit`` can do: one file for each."""

from collections.abc import Sequence

from venom_portal.management.audit_actions.export import ExportEntries
from venom_portal.management.audit_actions.head import PrintHead
from venom_portal.management.audit_actions.list_entries import ListEntries
from venom_portal.management.audit_actions.prove import Prove
from venom_portal.management.audit_actions.retain import Retain
from venom_portal.management.audit_actions.rotate_key import RotateKey
from venom_portal.management.audit_actions.verify import VerifyTrail
from workflows.management.acting import Action

ACTIONS: Sequence[Action] = (ListEntries(), ExportEntries(), VerifyTrail(), Prove(), PrintHead(), Retain(), RotateKey())
