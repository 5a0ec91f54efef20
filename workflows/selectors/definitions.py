"""Reads of registered workflows."""

from django.utils.translation import gettext as _

from workflows.models import Definition
from workflows.selectors.errors import Missing
from workflows.selectors.paging import Page, Window, read_page


def definitions_page(window: Window) -> Page[Definition]:
    """Read the current versions by name, with their plans."""
    current = Definition.objects.filter(is_current=True).select_related("plan")
    return read_page(current, "name", window)


def current_names() -> list[str]:
    """List the names of all workflows that can be started."""
    return list(Definition.objects.filter(is_current=True).order_by("name").values_list("name", flat=True))


def definition_of(name: str, version: int | None = None) -> Definition:
    """Read one version, the current one unless told, with its plan.

    Raises:
        Missing: there is none.
    """
    versions = Definition.objects.filter(name=name).select_related("plan")
    found = versions.filter(is_current=True) if version is None else versions.filter(version=version)
    if (definition := found.first()) is None:
        wanted = name if version is None else f"{name} {version}"
        raise Missing(_("there is no workflow %(name)s") % {"name": wanted})
    return definition
