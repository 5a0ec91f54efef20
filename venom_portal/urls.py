"""Where everything is; ``/healthz`` and ``/readyz`` are answered before that, by ``health.HealthMiddleware``."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from venom_portal.metrics.view import MetricsView
from venom_portal.own_password import OwnPasswordView
from venom_portal.token_api import TokenView

admin.site.site_header = admin.site.site_title = _("Venom Portal")
# One login for all: who is no member of the staff reaches the pages, and is told so by the administration.
admin.site.login_form = AuthenticationForm

urlpatterns = [
    path("", include("venom_portal.console_urls")),
    path("admin/password_change/", OwnPasswordView.as_view()),
    path("admin/", admin.site.urls),
    path("api/v1/auth/token/", TokenView.as_view(), name="api-token"),
    path("api/", include("workflows.api.urls")),
    path("api/", include("workflows.live.urls")),
    path("api/", include("control.api.urls")),
    path("metrics", MetricsView.as_view(), name="metrics"),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
]

handler403 = "venom_portal.error_pages.forbidden"
handler404 = "venom_portal.not_found.not_found"
