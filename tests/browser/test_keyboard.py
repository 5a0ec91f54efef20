"""Everything can be done by the keyboard alone, and it is always plain where one is."""

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow
from tests.browser.settled import settle, until
from tests.browser.world import World

_MANY = 150


def _tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until an element has the focus, as somebody without a mouse has to."""
    wanted.first.wait_for()
    for _ in range(_MANY):
        page.keyboard.press("Tab")
        if wanted.first.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached by Tab")


def _keys(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_path__from_the_dashboard_to_a_retry(api: Api, open_page: OpenPage) -> None:
    run = api.start_until("failed", "fire-drill", steps=1, seconds=0, fail_at="step-1", fail_times=1)
    page = open_page("/")
    settle(page)
    _keys(page, "g", "r")
    page.wait_for_url("**/runs/")
    settle(page)
    _tab_to(page, page.locator(f"#to-{run}"))
    _keys(page, "Enter")
    page.wait_for_url(f"**/runs/{run}/")
    settle(page)
    window = RunWindow(page)
    _tab_to(page, window.button("retry"))
    _keys(page, "Enter")
    expect(window.dialog.locator("[data-confirm]")).to_be_focused()
    _keys(page, "Shift+Tab")
    expect(window.dialog.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("by keys alone")
    _keys(page, "Tab", "Enter")
    window.expect_state("completed")
    window.expect_on_record("by keys alone")


def test_focus__returns_to_the_button_when_its_dialog_is_closed(world: World, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{world.failed}/"))
    settle(window.page)
    window.button("retry").focus()
    _keys(window.page, "Enter")
    expect(window.dialog.locator("[data-confirm]")).to_be_focused()
    _keys(window.page, "Escape")
    expect(window.button("retry")).to_be_focused()


def test_key__that_is_held_opens_the_dialog_and_confirms_nothing(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    window = RunWindow(open_page(f"/runs/{run}/"))
    settle(window.page)
    posts: list[str] = []
    window.page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    window.button("cancel").focus()
    window.page.keyboard.down("Enter")
    expect(window.dialog.locator("[data-confirm]")).to_be_focused()
    for _ in range(3):
        window.page.keyboard.down("Enter")
    expect(window.dialog.locator("[data-confirm]")).to_be_enabled()
    assert posts == []
    window.page.keyboard.up("Enter")
    _keys(window.page, "Enter")
    window.expect_state("cancelled")


def test_focus__stays_in_the_dialog(world: World, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{world.failed}/"))
    settle(window.page)
    window.ask("retry")
    is_outside = "document.activeElement !== document.body && !document.activeElement.closest('dialog')"
    for _ in range(12):
        _keys(window.page, "Tab")
        assert not window.page.evaluate(is_outside)


def test_palette__goes_to_a_run_and_opens_an_operation_on_it(world: World, open_page: OpenPage) -> None:
    page = open_page("/")
    settle(page)
    _keys(page, "Control+k")
    expect(page.locator("#palette-input")).to_be_focused()
    page.keyboard.type(world.failed)
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text(world.failed)
    _keys(page, "Enter")
    page.wait_for_url(f"**/runs/{world.failed}/")
    settle(page)
    _keys(page, "Control+k")
    page.keyboard.type("restart")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("Restart run")
    _keys(page, "Enter")
    expect(RunWindow(page).dialog.locator("[data-confirm]")).to_be_focused()


def test_palette__enter_means_what_was_typed_however_fast(open_page: OpenPage) -> None:
    page = open_page("/")
    settle(page)
    _keys(page, "Control+k")
    expect(page.locator("#palette-list [role=option]").first).to_be_visible()
    page.keyboard.type("fire-drill")
    _keys(page, "Enter")
    page.wait_for_url("**/start/fire-drill/")


def test_palette__opened_again_has_forgotten_what_it_offered(open_page: OpenPage) -> None:
    page = open_page("/runs/")
    settle(page)
    _keys(page, "Control+k")
    page.keyboard.type("fire-drill")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("fire-drill")
    _keys(page, "Escape")
    held: list[Route] = []
    page.route("**/palette/**", lambda route: held.append(route))
    _keys(page, "Control+k", "Enter")
    expect(page.locator("#palette-list [role=option]")).to_have_count(0)
    until(page, lambda: held)
    first = page.request.get(held[0].request.url).json()["results"][0]
    held[0].continue_()
    expect(page).to_have_url(first["url"])


def test_palette__arrows_choose(open_page: OpenPage) -> None:
    page = open_page("/")
    settle(page)
    _keys(page, "Control+k")
    page.keyboard.type("fire-drill")
    expect(page.locator("#palette-list [role=option]")).to_have_count(2)
    _keys(page, "ArrowDown")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("Search runs")
    _keys(page, "Enter")
    page.wait_for_url("**/runs/?q=fire-drill")


def test_sheet__says_all_keys_and_gives_the_focus_back(world: World, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{world.failed}/"))
    settle(window.page)
    window.button("retry").focus()
    _keys(window.page, "?")
    sheet = window.page.locator("dialog#shortcuts[open]")
    expect(sheet).to_contain_text("Ctrl")
    _keys(window.page, "Escape")
    expect(sheet).to_have_count(0)
    expect(window.button("retry")).to_be_focused()
    _keys(window.page, "o", "t")
    expect(window.dialog.locator("[data-confirm]")).to_be_focused()


def test_keys__are_left_to_whoever_types(open_page: OpenPage) -> None:
    page = open_page("/runs/")
    settle(page)
    _keys(page, "/")
    expect(page.locator("#runs-q")).to_be_focused()
    page.keyboard.type("g d?")
    expect(page.locator("#runs-q")).to_have_value("g d?")
    assert page.url.endswith("/runs/")


def test_graph__arrows_go_along_the_edges_and_enter_selects(world: World, open_page: OpenPage) -> None:
    page = open_page(f"/runs/{world.failed}/")
    settle(page)
    _tab_to(page, page.locator("#graph .node[tabindex='0']"))
    _keys(page, "Home")
    expect(page.locator("#node-start")).to_be_focused()
    _keys(page, "ArrowRight")
    expect(page.locator("#node-step-1")).to_be_focused()
    _keys(page, "ArrowLeft")
    expect(page.locator("#node-start")).to_be_focused()
    _keys(page, "Enter")
    expect(page.locator("#step-panel .panel-title")).to_have_text("start")
    page.wait_for_url("**step=start**")
