"""The addresses of a run's pages: the tab stands in the path."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path

from workflows.pages.run.audit import AuditTab
from workflows.pages.run.base import RunPage
from workflows.pages.run.data import DataTab
from workflows.pages.run.events import EventsTab
from workflows.pages.run.graph import GraphTab
from workflows.pages.run.logs import LogsTab, download
from workflows.pages.run.operation import OperationPage
from workflows.pages.run.steps import StepsTab
from workflows.pages.run.timeline import TimelineTab

_TABS: dict[str, type[RunPage]] = {
    tab.tab: tab for tab in (GraphTab, TimelineTab, StepsTab, LogsTab, EventsTab, AuditTab, DataTab)
}


def run_page(request: HttpRequest, workflow_id: UUID, tab: str = GraphTab.tab) -> HttpResponseBase:
    """Show a tab of a run.

    Raises:
        Http404: there is no such tab, or no such run.
    """
    if tab not in _TABS:
        raise Http404
    kwargs: dict[str, Any] = {"workflow_id": workflow_id}
    return _TABS[tab].as_view()(request, **kwargs)


urlpatterns = [
    path("", run_page, name="run"),
    path("<slug:tab>/", run_page, name="run"),
    path("logs/download/", download, name="run-log"),
    path("do/<slug:operation>/", OperationPage.as_view(), name="operation"),
]
