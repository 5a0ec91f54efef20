"""The table of pages is complete."""

from dataclasses import fields

from django.urls import URLPattern, get_resolver

from tests.browser.pages import CONSOLE, NO_PAGES, SHOWN, path_in
from tests.browser.world import World
from workflows.pages.run.urls import _TABS

_ANY = World(*(["01a2084e-4d1b-721a-a2f3-08d43b084083"] * len(fields(World))))


def _names_in(patterns: list[object]) -> set[str]:
    return {
        name
        for pattern in patterns
        for name in ({str(pattern.name)} if isinstance(pattern, URLPattern) else _names_in(pattern.url_patterns))  # type: ignore[attr-defined]
    }


def test_pages__table_has_every_address_of_the_console() -> None:
    _prefix, resolver = get_resolver().namespace_dict["console"]
    named = {f"console:{name}" for name in _names_in(resolver.url_patterns)}
    assert named == set(CONSOLE) | NO_PAGES


def test_pages__every_path_leads_where_the_table_says() -> None:
    for name, paths in CONSOLE.items():
        for path in paths:
            assert get_resolver().resolve(path_in(_ANY, path).partition("?")[0]).view_name == name


def test_pages__every_tab_of_a_run_is_shown() -> None:
    paths = " ".join(SHOWN)
    assert [tab for tab in _TABS if tab != "graph" and f"/{tab}/" not in paths] == []
