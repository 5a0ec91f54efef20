"""``manage.py up``: the whole portal, in the foreground, until Ctrl-C."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connections
from django.utils.translation import gettext as _

from venom_portal import demo
from venom_portal.environment import embedded_broker_url
from venom_portal.management.arguments import add_data_dir
from venom_portal.processes import PortalError, conf, runner
from venom_portal.processes.address import Address
from venom_portal.processes.lock import data_dir_lock
from workflows import registry
from workflows.authoring import FlowError

_HIGHEST_PORT = 65_535


class Command(BaseCommand):
    """Prepare the database, start all processes under a supervisor, say where they are, and stop them in the end."""

    help = _("Start the whole portal: broker, web, worker and clock. Ctrl-C stops it.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help=_("make accounts to try the portal with"))
        parser.add_argument("--host", default="127.0.0.1", help=_("the address to listen on"))
        parser.add_argument("--port", type=_number(1, _HIGHEST_PORT), default=8000, help=_("the port to listen on"))
        add_data_dir(parser)
        parser.add_argument("--concurrency", type=_number(1, 1000), help=_("how many steps run at once"))

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        try:
            with runner.stopping_cleanly():
                self._run(Address(host, port), settings.VENOM_DATA_DIR, options["demo"], options["concurrency"])
        except runner.StopRequested:
            self.stdout.write(_("Stopped."))
        except (PortalError, FlowError) as error:
            raise CommandError(str(error)) from error

    def _run(self, address: Address, data_dir: Path, is_demo: bool, concurrency: int | None) -> None:
        with data_dir_lock(data_dir, address.url) as lock:
            address.refuse_if_taken()
            _prepare_database()
            accounts = demo.make_accounts(data_dir) if is_demo else {}
            parts = conf.portal_parts(address, concurrency)
            is_embedded = embedded_broker_url(data_dir) == settings.CELERY_BROKER_URL
            broker = conf.embedded_broker(data_dir) if is_embedded else None
            supervisor = runner.start_supervisor(conf.write_conf(data_dir, parts, broker), data_dir, lock)
            runner.wait_until_up(supervisor, address, data_dir)
            self._greet(address, data_dir, accounts)
            connections.close_all()  # this process only waits from here on
            runner.wait_for_end(supervisor)
        raise PortalError(_("the supervisor has ended; see %(logs)s") % {"logs": data_dir / conf.LOGS})

    def _greet(self, address: Address, data_dir: Path, accounts: dict[str, str]) -> None:
        self.stdout.write(_("Venom Portal answers at %(url)s") % {"url": address.url})
        if not {address.host, f"[{address.host}]"}.intersection(settings.ALLOWED_HOSTS):
            message = _("Other machines reach it only under the names in ALLOWED_HOSTS (now %(hosts)s).")
            self.stdout.write(message % {"hosts": ", ".join(settings.ALLOWED_HOSTS)})
        if accounts:
            self.stdout.write(_("Accounts (kept in %(path)s):") % {"path": data_dir / demo.ACCOUNTS_FILE})
            self.stdout.write("\n".join(f"  {name:10} {password}" for name, password in accounts.items()))
        elif not User.objects.exists():
            self.stdout.write(_("Nobody can log in yet: make an account with `manage.py createsuperuser`."))
        self.stdout.write(_("Logs are in %(logs)s") % {"logs": data_dir / conf.LOGS})
        self.stdout.write(_("Ctrl-C stops it."))
        self.stdout.flush()


def _prepare_database() -> None:
    """Bring tables, groups and registered workflows up to date."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        reason = str(error).partition("\n")[0]
        raise PortalError(
            _("the database cannot be used: %(reason)s; see DATABASE_URL") % {"reason": reason}
        ) from error
    registry.sync()


def _number(least: int, most: int) -> Any:
    """Make an argparse type: a whole number between two others."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            message = _("should be a number from %(least)s to %(most)s")
            raise argparse.ArgumentTypeError(message % {"least": least, "most": most})
        return int(text)

    return parse
