"""All pages, so that no test about all of them forgets one: ``test_pages`` compares this table with the urls."""

from dataclasses import asdict
from typing import Final

from django.contrib import admin

from tests.browser.world import World

_RUN = "/runs/{failed}/"

CONSOLE: Final[dict[str, tuple[str, ...]]] = {
    "console:dashboard": ("/",),
    "console:runs": (
        "/runs/",
        "/runs/?status=failed&label=shown:world",
        "/runs/?q=nothing-is-called-so",
        "/runs/?status=unheard-of",
    ),
    "console:views": ("/runs/views/?query=status%3Dfailed",),
    "console:bulks": ("/bulk/",),
    "console:bulk": ("/bulk/{bulk}/",),
    "console:bulk-new": ("/runs/bulk/pause/?label=shown:world",),
    "console:run": (
        _RUN,
        f"{_RUN}graph/?step=step-2",
        "/runs/{completed}/",
        "/runs/{idle}/",
        "/runs/{paused}/",
        f"{_RUN}timeline/",
        f"{_RUN}steps/?step=work%5B1%5D",
        "/runs/{completed}/logs/",
        f"{_RUN}events/",
        f"{_RUN}audit/",
        f"{_RUN}data/?step=start",
    ),
    "console:operation": (
        f"{_RUN}do/retry/",
        f"{_RUN}do/skip_step/?step=step-2",
        f"{_RUN}do/pause/",
        "/runs/{idle}/do/start/",
        "/runs/{completed}/do/dry_run/",
    ),
    "console:definitions": ("/start/",),
    "console:start": ("/start/fire-drill/", "/start/typed/", "/start/fire-drill/?like={failed}"),
}
"""The name of an address → the pages to look at. ``{…}`` is an id of the ``World``."""

NO_PAGES: Final = {"console:bulk-act", "console:view", "console:run-log", "console:palette"}
"""Addresses of the console that show no page: they are posted to, or give a file or JSON."""

OTHERS: Final = (
    "/no-such-page/",
    "/admin/",
    "/admin/workflows/",
    "/admin/password_change/",
    "/admin/workflows/workflow/{failed}/operation/retry/",
    "/admin/workflows/workflow/{failed}/history/",
    "/api/docs/",
)
"""Pages beside the console that an administrator can come to."""

SHOWN: Final = (*(path for paths in CONSOLE.values() for path in paths), *OTHERS)


def administered() -> list[str]:
    """The addresses of the lists of all that is administered."""
    return [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]


def path_in(world: World, path: str) -> str:
    """Put the ids into an address."""
    return path.format(**asdict(world))
