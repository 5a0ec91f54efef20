"""Changing one's own password: the administration's page, on record."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy

from workflows.admin.operations.asking import actor_of
from workflows.operations.on_record import Act, on_record


class OwnPasswordView(PasswordChangeView):
    """Django's own, for everybody who is logged in."""

    form_class = AdminPasswordChangeForm
    success_url = reverse_lazy("admin:password_change_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the administration's frame needs."""
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}

    def form_valid(self, form: Any) -> HttpResponse:
        """See Django."""
        actor = actor_of(self.request)
        with on_record(Act(actor, "account_password", "account", actor.name)):
            return super().form_valid(form)
