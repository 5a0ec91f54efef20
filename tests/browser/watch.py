"""What goes wrong in a browser without anybody seeing it: the tests fail on it, whatever they are about."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Response, WebError

_REPORT = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`Content Security Policy: ${event.violatedDirective} stops ${event.blockedURI}: ${event.sample}`);
});
"""
"""The browser says by itself what it blocks, but not always; the event comes for everything."""


class Watch:
    """Collects violations of the security policy, exceptions nobody catches, and answers that say the portal broke."""

    def __init__(self, context: BrowserContext) -> None:
        self.problems: list[str] = []
        context.add_init_script(_REPORT)
        context.on("console", self._console)
        context.on("weberror", self._exception)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.problems.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _exception(self, error: WebError) -> None:
        self.problems.append(f"{error.page.url if error.page else ''}: {error.error.message}")

    def _response(self, response: Response) -> None:
        is_lost_file = response.status == 404 and "/static/" in response.url
        if response.status >= 500 or is_lost_file:
            self.problems.append(f"{response.url}: {response.status}")
