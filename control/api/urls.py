"""The addresses of the control surface; with a slash at the end they work too."""

from control.api.views.audit import AuditExportView, AuditView
from workflows.api.operation_urls import with_and_without_slash

_AUDIT = "v1/workflow/control/audit"

urlpatterns = [
    *with_and_without_slash(_AUDIT, AuditView, "api-audit"),
    *with_and_without_slash(f"{_AUDIT}/export", AuditExportView, "api-audit-export"),
]
