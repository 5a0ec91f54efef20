"""The addresses of the operators' pages."""

from django.urls import include, path

from workflows.pages.definitions import DefinitionsPage
from workflows.pages.palette import PaletteView
from workflows.pages.start.page import StartPage

urlpatterns = [
    path("", include("workflows.pages.bulk.urls")),
    path("", include("workflows.pages.runs.urls")),
    path("runs/<uuid:workflow_id>/", include("workflows.pages.run.urls")),
    path("start/", DefinitionsPage.as_view(), name="definitions"),
    path("start/<str:name>/", StartPage.as_view(), name="start"),
    path("palette/", PaletteView.as_view(), name="palette"),
]
