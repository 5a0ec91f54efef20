"""The addresses of bulk operations."""

from django.urls import path

from workflows.pages.bulk.acts import ActView
from workflows.pages.bulk.job import BulkPage
from workflows.pages.bulk.jobs import BulksPage
from workflows.pages.bulk.new import NewBulkPage

urlpatterns = [
    path("runs/bulk/<slug:operation>/", NewBulkPage.as_view(), name="bulk-new"),
    path("bulk/", BulksPage.as_view(), name="bulks"),
    path("bulk/<uuid:job_id>/", BulkPage.as_view(), name="bulk"),
    path("bulk/<uuid:job_id>/<slug:act>/", ActView.as_view(), name="bulk-act"),
]
