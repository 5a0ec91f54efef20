"""The addresses of operations on many runs."""

from workflows.api.operation_urls import with_and_without_slash
from workflows.api.views.bulk import BulkActView, BulkJobsView, BulkJobView, BulkResultsView

_BULK = "v1/workflow/operations/bulk"

urlpatterns = [
    *with_and_without_slash(_BULK, BulkJobsView, "api-bulk-jobs"),
    *with_and_without_slash(f"{_BULK}/<str:job_id>", BulkJobView, "api-bulk-job"),
    *with_and_without_slash(f"{_BULK}/<str:job_id>/results", BulkResultsView, "api-bulk-results"),
    *with_and_without_slash(f"{_BULK}/<str:job_id>/<str:act>", BulkActView, "api-bulk-act"),
]
