"""Seals and the keys that sign them."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from audit.models import Key, Seal
from workflows.admin.keyset import Keyset
from workflows.admin.links import page_link
from workflows.admin.read_only import ReadOnlyAdmin, fieldset
from workflows.admin.shown import time_of

_SEALED, _INTRODUCED = time_of(Seal, "sealed_at"), time_of(Key, "introduced_at")


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    """The newest first."""

    list_display = ("number", _SEALED, "size", "total", "key")
    fieldsets = (
        fieldset(None, "number", _SEALED, "size", "total", "key"),
        fieldset(gettext_lazy("Proof"), "root", "previous", "signature"),
    )

    def get_keyset(self, request: HttpRequest) -> Keyset:
        """See ``ReadOnlyAdmin``."""
        return Keyset("number", descending=True)

    @admin.display(description=gettext_lazy("key"))
    def key(self, seal: Seal) -> str:
        """Link to the key."""
        return page_link(Key, seal.key_id, seal.key_id)


@admin.register(Key)
class KeyAdmin(ReadOnlyAdmin):
    """The newest first."""

    list_display = ("key_id", "first_seal", _INTRODUCED, "endorsed_by")
    fieldsets = (fieldset(None, "key_id", "public_key", "first_seal", _INTRODUCED, "endorsed_by", "endorsement"),)

    def get_keyset(self, request: HttpRequest) -> Keyset:
        """See ``ReadOnlyAdmin``."""
        return Keyset(("first_seal", "key_id"), descending=True)
