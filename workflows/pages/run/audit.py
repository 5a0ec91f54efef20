"""The tab of the audit trail: who did what to the run, what came of it, why, and the seal on it."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from audit.models import Entry
from audit.selectors.entries import trail_of
from workflows.admin.trail import RUN, outcome_of, result_of
from workflows.pages.run.base import RunPage

SHOWN: Final = 200


@dataclass(frozen=True)
class Recorded:
    """An entry of the trail in words."""

    entry: Entry
    result: SafeString | str
    outcome: str
    url: str


class AuditTab(RunPage):
    """The newest entries about the run; all of them are in the records."""

    tab = "audit"

    def tab_context(self) -> dict[str, Any]:
        """See ``RunPage``."""
        if not self.actor.may("audit.view_entry"):
            return {"may_look": False}
        entries = trail_of(RUN, str(self.run.pk), SHOWN)
        return {
            "may_look": True,
            "entries": [self._recorded(entry) for entry in entries],
            "is_cut": len(entries) == SHOWN,
            "all_url": self._all_url(),
        }

    def _recorded(self, entry: Entry) -> Recorded:
        url = reverse("admin:audit_entry_change", args=[entry.pk]) if self._is_staff else ""
        return Recorded(entry, result_of(entry), outcome_of(entry), url)

    def _all_url(self) -> str:
        if not self._is_staff:
            return ""
        query = urlencode({"resource_type": RUN, "resource_id": str(self.run.pk)})
        return f"{reverse('admin:audit_entry_changelist')}?{query}"

    @property
    def _is_staff(self) -> bool:
        return bool(self.actor.user and self.actor.user.is_staff)
