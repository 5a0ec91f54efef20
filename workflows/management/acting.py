"""The frame of commands that act for a user: their actions, common options, and how failures end."""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from audit import request_id
from workflows.engine.reach import OUT_OF_REACH
from workflows.management.invocation import Invocation, acting_user, to_json
from workflows.operations.errors import Refused
from workflows.selectors.errors import Missing
from workflows.states import ReasonCode


class Action(ABC):
    """One thing that a command can do. ``help`` is made when it is shown, in the reader's language."""

    name: str
    help: Any
    unreachable_code = 1
    """The exit code when the database is out of reach."""

    def add_arguments(self, parser: CommandParser) -> None:  # noqa: B027 (most take something, none has to)
        """Say what the action takes beyond what all take."""

    @abstractmethod
    def run(self, invocation: Invocation) -> None:
        """Do it.

        Raises:
            Refused: it was not done.
            Missing: what it is about is not there.
        """


class ActingCommand(BaseCommand):
    """A command with actions. Exit code 0: done; 1: refused or failed, with the reason code; 2: wrong usage."""

    actions: ClassVar[Sequence[Action]]
    # They are for those who deploy: an operator in a hurry gets the answer without them.
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """See Django; the description is made now, in the reader's language."""
        self.help = str(self.help)
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Give each action the options that all have."""
        shared = CommandParser(add_help=False)
        shared.add_argument("--json", action="store_true", dest="as_json", help=_("answer in JSON"))
        shared.add_argument(
            "--as", dest="user", metavar="USER", help=_("who acts (by default the operating system's user)")
        )
        shared.add_argument("--data-dir", help=_("where the portal keeps its files (VENOM_DATA_DIR)"))
        names = "|".join(action.name for action in self.actions)
        parsers = parser.add_subparsers(dest="action", required=True, metavar=names)
        for action in self.actions:
            action.add_arguments(parsers.add_parser(action.name, parents=[shared], help=str(action.help)))

    def handle(self, *, action: str, as_json: bool, user: str | None, **options: Any) -> None:
        """Find the action, and let it run for the acting user."""
        _refuse_broken_text([user, *options.values()])
        request_id.begin()
        chosen = next(item for item in self.actions if item.name == action)
        try:
            chosen.run(Invocation(acting_user(user), options, self.stdout, as_json))
        except Refused as refusal:
            self._fail(as_json, refusal.code, refusal.message, refusal.fields)
        except Missing as missing:
            self._fail(as_json, ReasonCode.RESOURCE_NOT_FOUND, str(missing))
        except OUT_OF_REACH as error:
            reason = str(error).partition("\n")[0]
            message = _("the database is out of reach: %(why)s") % {"why": reason}
            self._fail(as_json, "service_unavailable", message, returncode=chosen.unreachable_code)

    def _fail(
        self, as_json: bool, code: str, message: str, fields: dict[str, list[str]] | None = None, returncode: int = 1
    ) -> NoReturn:
        if as_json:
            self.stdout.write(to_json({"reason_code": code, "message": message, "fields": fields or {}}))
        said = [f"  {name}: {text}" for name, texts in (fields or {}).items() for text in texts]
        raise CommandError("\n".join([f"{code}: {message}", *said]), returncode=returncode)


def _refuse_broken_text(values: Sequence[Any]) -> None:
    """Refuse bytes that are no UTF-8, which Python hands on as half characters: nothing could store or print them."""
    try:
        json.dumps(values, ensure_ascii=False, default=lambda _value: None).encode()
    except UnicodeEncodeError as error:
        raise CommandError(_("an argument is not valid UTF-8"), returncode=2) from error
