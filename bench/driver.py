"""The process that drives a portal: reads what to measure, a line of JSON each, and answers with what it measured."""

import json
import os
import sys

import django
from django.core.management import call_command


def main() -> None:
    """Prepare the portal's database, say so, then measure until the input ends."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "venom_portal.settings"
    django.setup()
    from bench import scenarios
    from bench.backlog import wait_for_worker
    from venom_portal.celery import app
    from workflows import registry

    call_command("migrate", interactive=False, verbosity=0)
    registry.sync()
    _answer({"prepared": True})
    for line in sys.stdin:
        asked = json.loads(line)
        wait_for_worker(app)
        _answer(scenarios.SCENARIOS[asked.pop("scenario")](**asked))


def _answer(result: object) -> None:
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
