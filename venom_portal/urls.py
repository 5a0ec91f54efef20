"""Where everything is; ``/healthz`` and ``/readyz`` are answered before that, by ``health.HealthMiddleware``."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView
from django.views.i18n import set_language

from venom_portal.token_api import TokenView

admin.site.site_header = admin.site.site_title = _("Venom Portal")

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("api/v1/auth/token/", TokenView.as_view(), name="api-token"),
    path("api/", include("workflows.api.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
]

handler404 = "venom_portal.not_found.not_found"
