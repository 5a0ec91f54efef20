"""The addresses of the list of runs, and of the views that people keep of it."""

from django.urls import path

from workflows.pages.runs.page import RunsPage
from workflows.pages.runs.views import ViewsPage, ViewView

urlpatterns = [
    path("runs/", RunsPage.as_view(), name="runs"),
    path("runs/views/", ViewsPage.as_view(), name="views"),
    path("runs/views/<int:view_id>/<slug:act>/", ViewView.as_view(), name="view"),
]
