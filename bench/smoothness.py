"""``python -m bench.smoothness``: how smoothly a large run's graph is zoomed and pulled, beside a small one's.

A web process, and the machine's Chromium without a window. In each frame the page is told to zoom or to move, and the
frames of two seconds are counted. The small graph, in turn with the large one, says what the machine can do.
"""

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.page_client import prepared
from bench.page_samples import STEPS, long_run
from bench.web import running_web

ROUNDS = 5
_SECONDS = 2.0
_ACTS = {
    "zoom": "(svg, n) => svg.dispatchEvent(new WheelEvent('wheel', {bubbles: true, cancelable: true, ctrlKey: true,"
    " clientX: 500, clientY: 400, deltaY: n % 60 < 30 ? 8 : -8}))",
    "pull": "(svg, n) => { const at = (kind) => new PointerEvent(kind, {bubbles: true, isPrimary: true, pointerId: 1,"
    " clientX: 500 + 3 * (n % 60 < 30 ? n % 30 : 30 - n % 30), clientY: 400});"
    " if (n === 1) { svg.setPointerCapture = () => {}; svg.dispatchEvent(at('pointerdown')); }"
    " window.dispatchEvent(at('pointermove')); }",
}
_COUNT = """async ([act, seconds]) => {
  const svg = document.querySelector("svg.graph");
  const act_ = eval(act);
  const times = [];
  const began = performance.now();
  while (performance.now() - began < seconds * 1000) {
    act_(svg, times.length + 1);
    times.push(await new Promise(requestAnimationFrame));
  }
  window.dispatchEvent(new PointerEvent("pointerup"));
  const gaps = times.slice(1).map((time, at) => time - times[at]);
  return {frames: gaps.length / seconds, longest: Math.max(...gaps)};
}"""


def main() -> None:
    """Measure, and print the figures as JSON."""
    argparse.ArgumentParser(prog="python -m bench.smoothness", description=__doc__).parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("there is no Chromium here; install it (Debian: the package chromium)")
    with tempfile.TemporaryDirectory(prefix="venom-bench-") as name:
        folder = Path(name)
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {"VENOM_DATA_DIR": name, "VENOM_APPS": "bench.sample", "ALLOWED_HOSTS": "127.0.0.1,testserver"}
        os.environ |= {"REDIS_URL": f"redis+socket://{folder / 'nobody.sock'}"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "venom_portal.settings"
        prepared()
        addresses = {f"{steps} steps": f"/runs/{long_run(steps)}/graph/" for steps in (STEPS, 10)}
        session = _session()
        with running_web(folder) as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            context = browser.new_context(base_url=f"http://127.0.0.1:{port}", bypass_csp=True)
            context.add_cookies([{"name": "sessionid", "value": session, "url": f"http://127.0.0.1:{port}"}])
            print(json.dumps(measure(context.new_page(), addresses), indent=2))
            browser.close()


def measure(page: Page, addresses: dict[str, str]) -> dict[str, Any]:
    """Give frames a second and the longest frame in ms, the medians of the rounds, of each act on each page."""
    found: dict[str, list[dict[str, float]]] = {}
    for _round in range(ROUNDS):
        for size, address in addresses.items():
            page.goto(address)
            page.locator("svg.graph .node").first.wait_for()
            for act, code in _ACTS.items():
                found.setdefault(f"{act}, {size}", []).append(page.evaluate(_COUNT, [code, _SECONDS]))
    return {
        name: {key: round(median(one[key] for one in rounds), 1) for key in ("frames", "longest")}
        for name, rounds in found.items()
    }


def _session() -> str:
    """Log the administrator in, and give the session's key."""
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.get(username="reader"))
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    main()
