"""The addresses of the console: the dashboard is the project's, the other pages are the apps'."""

from django.urls import include, path

from venom_portal.dashboard.page import DashboardPage

app_name = "console"

urlpatterns = [
    path("", DashboardPage.as_view(), name="dashboard"),
    path("", include("workflows.pages.urls")),
]
