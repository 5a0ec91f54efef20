"""What the tests ask of the portal beside the browser: as one person, through REST."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tests.acceptance.parts import eventually

RUNS = "/api/v1/workflows/"
OPERATIONS = "/api/v1/workflow/operations"


class Api:
    """One person's client of one portal."""

    def __init__(self, base_url: str, name: str, password: str) -> None:
        self.base_url = base_url
        self.started: list[str] = []
        """The runs that were created, in order."""
        self._headers = {"Content-Type": "application/json"}
        issued = self.send("POST", "/api/v1/auth/token/", {"username": name, "password": password})
        self._headers["Authorization"] = f"Token {issued['token']}"

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request and give the answer's JSON.

        Raises:
            AssertionError: the portal refuses it, with what it says.
        """
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 (the portal of the tests answers at http)
            self.base_url + path, data, self._headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 (see above)
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def start(self, definition: str, *, labels: dict[str, str] | None = None, begin: bool = True, **given: Any) -> str:
        """Create a run, start it unless told otherwise, and give its id."""
        body = {"definition": definition, "input": given, "labels": labels or {}, "start": begin}
        self.started.append(self.send("POST", RUNS, body)["id"])
        return self.started[-1]

    def start_until(self, status: str, definition: str, **given: Any) -> str:
        """Start a run, wait until it is in a state, and give its id."""
        run = self.start(definition, **given)
        self.wait_for(run, status)
        return run

    def run(self, run: str) -> Any:
        """Give a run as it is now."""
        return self.send("GET", f"{RUNS}{run}/")

    def step(self, run: str, step: str) -> Any:
        """Give a step as it is now."""
        return self.send("GET", f"{RUNS}{run}/steps/{urllib.parse.quote(step)}/")

    def operate(self, run: str, operation: str, **body: Any) -> Any:
        """Do an operation on a run."""
        return self.send("POST", f"{OPERATIONS}/{operation.replace('_', '-')}", {"workflow_id": run, **body})

    def end(self, run: str) -> None:
        """Cancel a run, if that is still possible."""
        if "cancel" in self.run(run)["allowed_operations"]:
            self.operate(run, "cancel", reason="the test is over")

    def wait_for(self, run: str, *states: str) -> None:
        """Wait until a run is in one of these states."""
        eventually(lambda: self.run(run)["status"] in states)

    def wait_until_settled(self, run: str) -> None:
        """Wait until no attempt of a run is at work: what a dialog shows of it stays true."""
        eventually(lambda: not self.run(run)["in_flight"])

    def wait_for_step(self, run: str, step: str, *states: str) -> None:
        """Wait until a step of a run is in one of these states."""
        eventually(lambda: self.step(run, step)["status"] in states)
