"""A reader of gettext's text files, as far as the portal's translations use them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_LINE: Final = re.compile(r'(?P<field>msg\w+)?(?:\[(?P<form>\d+)\])? ?(?P<text>".*")')
_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")


@dataclass
class Message:
    """One entry: the text in the code, and what a language makes of it (several forms where it counts)."""

    fuzzy: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    forms: dict[int, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What gettext finds it by: the text, after its context if it has one."""
        context = self.fields.get("msgctxt")
        return self.fields["msgid"] if context is None else f"{context}\x04{self.fields['msgid']}"

    @property
    def placeholders(self) -> set[str]:
        """What the code fills in, such as ``%(name)s``."""
        return placeholders(self.fields.get("msgid_plural", self.fields["msgid"]))

    def catalogue(self) -> dict[str | tuple[str, int], str]:
        """The entry as gettext holds it once it is compiled."""
        if "msgid_plural" in self.fields:
            return {(self.key, form): text for form, text in self.forms.items()}
        return {self.key: self.forms[0]}


def placeholders(text: str) -> set[str]:
    """Collect what is filled in by name."""
    return set(_PLACEHOLDER.findall(text))


def read(path: Path) -> list[Message]:
    """Read a file; the first message is its header, whose text is empty."""
    return list(parse(path.read_text(encoding="utf-8")))


def parse(text: str) -> Iterator[Message]:
    """Take a file's text apart; what is out of use (``#~``) is left out."""
    for block in re.split(r"\n\s*\n", text):
        message = _message(block.splitlines())
        if "msgid" in message.fields:
            yield message


def _message(lines: list[str]) -> Message:
    message = Message(fuzzy=any(line.startswith("#,") and "fuzzy" in line for line in lines))
    name, form = "", 0
    for line in lines:
        if not (match := _LINE.fullmatch(line)):
            continue
        if match["field"]:
            name, form = match["field"], int(match["form"] or 0)
        text = ast.literal_eval(match["text"])
        if name == "msgstr":
            message.forms[form] = message.forms.get(form, "") + text
        else:
            message.fields[name] = message.fields.get(name, "") + text
    return message
