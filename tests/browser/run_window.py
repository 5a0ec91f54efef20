"""The page of a run, as a person works with it."""

from playwright.sync_api import Locator, Page, expect


class RunWindow:
    """A window on one run."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.header = page.locator("#run-header")
        self.dialog = page.locator("dialog.portal-dialog[open]")
        self.panel = page.locator("#step-panel")
        self.toast = page.locator("#toasts .toast")

    def button(self, operation: str, where: Locator | None = None) -> Locator:
        """Find the link that asks for an operation."""
        return (where or self.header).locator(f'a[data-operation="{operation}"]')

    def ask(self, operation: str, where: Locator | None = None) -> Locator:
        """Press the button of an operation and give the dialog that opens, with its own button in focus."""
        self.button(operation, where).click()
        expect(self.dialog.locator("[data-confirm]")).to_be_focused()
        return self.dialog

    def confirm(self, reason: str = "") -> None:
        """Give a reason and confirm by the keyboard alone."""
        self.dialog.get_by_label("Reason").fill(reason)
        self.dialog.locator("[data-confirm]").focus()
        self.page.keyboard.press("Enter")

    def expect_state(self, state: str) -> None:
        """Wait until the page shows the run in a state."""
        expect(self.header.locator(f".run-line .state-{state}")).to_be_visible()

    def expect_on_record(self, reason: str) -> None:
        """Look at the trail's newest entry."""
        self.page.locator(".run-tabs").get_by_role("link", name="Audit").click()
        expect(self.page.locator(".audit-table tbody tr").first).to_contain_text(reason)
