"""Sessions: the processes that work, and those that did."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.admin.links import beside, page_link
from workflows.admin.read_only import ReadOnlyAdmin, fieldset
from workflows.admin.shown import NOTHING, json_of, state, time_of
from workflows.models import Session, Step

_TIMES = tuple(time_of(Session, name) for name in ("started_at", "heartbeat_at", "ended_at"))
_LEASES_SHOWN = 50


@admin.display(description=gettext_lazy("state"))
def liveness_of(session: Session) -> str:
    """Say whether the process is alive: it is as long as its heartbeat comes in time."""
    if session.ended_at:
        return state("ended", _("ended"), "○")
    if session.expires_at < timezone.now():
        return state("lost", _("silent"), "?")
    return state("running", _("alive"), "●")


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """The latest first."""

    list_display = ("process", "its_page", liveness_of, "kind", *_TIMES)
    list_filter = ("kind",)
    fieldsets = (
        fieldset(None, "id", liveness_of, "kind", "host", "pid", json_of(Session, "queues"), "holds"),
        fieldset(gettext_lazy("Times"), *_TIMES, time_of(Session, "expires_at")),
    )

    def console_url(self, row: Session) -> str:
        """See ``ReadOnlyAdmin``; the dashboard tells of those that have not ended."""
        return "" if row.ended_at else f"{reverse('console:dashboard')}#dashboard-workers"

    @admin.display(description=gettext_lazy("process"))
    def process(self, session: Session) -> str:
        """Name the host and the process."""
        return str(session)

    @admin.display(description=gettext_lazy("runs now"))
    def holds(self, session: Session) -> str:
        """Link to the steps whose lease it holds."""
        steps = Step.objects.filter(session=session).only("key", "index").order_by("id")[:_LEASES_SHOWN]
        return beside(*(page_link(Step, step.pk, str(step)) for step in steps)) or NOTHING
