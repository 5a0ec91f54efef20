"""What steps logged."""

import logging

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from workflows.admin.console import run_page
from workflows.admin.filters import AtLeastLevel, OfRun, OfStepId
from workflows.admin.keyset import Keyset
from workflows.admin.links import page_link, run_of
from workflows.admin.read_only import ReadOnlyAdmin, fieldset
from workflows.admin.shown import state, text_of, time_of
from workflows.models import Attempt, LogLine

_AT = time_of(LogLine, "at")
_ICONS = {logging.WARNING: "!", logging.ERROR: "✗", logging.CRITICAL: "✗"}


@admin.register(LogLine)
class LogLineAdmin(ReadOnlyAdmin):
    """The lines of one run from its beginning, or all lines, the latest first."""

    list_display = ("seq", "its_page", _AT, "level_in_words", "step", "message", run_of)
    list_times_exact = True
    list_filter = (OfRun, OfStepId, AtLeastLevel)
    fieldsets = (
        fieldset(None, run_of, "attempt_link", "step"),
        fieldset(None, "seq", _AT, "level_in_words", "logger", text_of(LogLine, "message")),
    )

    def get_keyset(self, request: HttpRequest) -> Keyset:
        """See ``ReadOnlyAdmin``."""
        return Keyset("seq", descending=False) if OfRun.parameter_name in request.GET else Keyset("id", descending=True)

    def console_url(self, row: LogLine) -> str:
        """See ``ReadOnlyAdmin``; it is shown among its neighbours."""
        return f"{run_page(row.workflow_id, 'logs', line=row.seq)}#L{row.seq}"

    @admin.display(description=gettext_lazy("level"))
    def level_in_words(self, line: LogLine) -> str:
        """Name the level; what is grave has a sign and a colour too."""
        name = logging.getLevelName(line.level)
        gravest = max((level for level in _ICONS if level <= line.level), default=logging.INFO)
        return state(f"level-{gravest}", name, _ICONS.get(gravest, ""))

    @admin.display(description=gettext_lazy("attempt"))
    def attempt_link(self, line: LogLine) -> str:
        """Link to the attempt."""
        return page_link(Attempt, line.attempt_id, str(line.attempt))
