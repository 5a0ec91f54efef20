"""Secrets in texts, known by the name before them or by their looks.

Texts come from whoever may log in, and are read while the database waits. So each pattern is linear: what it begins to
read ends where it could begin anew, or is all replaced. Possessive quantifiers (``*+``) give nothing back.
"""

import re
from typing import Final

from audit.redaction.names import ENDINGS

REDACTED: Final = "[redacted]"

_NAMED = rf"(?:{'|'.join(ENDINGS)})s?(?:[-_]?\d+)?".replace(" ", "[-_]?")
_SIGN = r"\\*[\"']?\s*+(?:[:=]{1,2}>?|=>|\bis\b)\s*+"
# In JSON within a text, a quote has backslashes before it: the value ends at the next one that has as many.
_OPENED = r"(?:[\[{(]\s*+(?=\\*+[\"']))?(?P<quote>\\*+[\"'])?+"
_QUOTED = r"(?:[^\\\"']++|(?!(?<!\\)(?P=quote)).)++"
_VALUE = rf"(?P<secret>(?(quote){_QUOTED}|[^\s\"']+))"
_LINE = rf"(?P<secret>(?(quote){_QUOTED}|[^\r\n]+))"

_PRIVATE = r"[A-Z ]*PRIVATE KEY(?: BLOCK)?-----"

_TEXT = (
    # What is known by its looks comes first: of a key behind its name only the first word would be seen.
    re.compile(rf"(?s)(?P<keep>)(?P<secret>-----BEGIN {_PRIVATE}.*?(?:-----END {_PRIVATE}|\Z))"),
    # The user information of a URL.
    re.compile(r"(?P<keep>://[^\s/:@]*:)(?P<secret>[^\s/]+)(?=@)"),
    # Tokens that are recognised by how they begin: the portal's own, JSON web tokens, cloud keys.
    re.compile(r"(?P<keep>)(?P<secret>vnm_[0-9a-zA-Z]{16,})"),
    re.compile(r"(?P<keep>)(?P<secret>(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"),
    re.compile(r"(?P<keep>)(?P<secret>\bAKIA[0-9A-Z]{16})"),
    # Headers, which go on to the end of the line where nothing quotes them.
    re.compile(rf"(?is)(?P<keep>(?:cookies?|authorization)\\*[\"']?\s*+[:=]\s*+{_OPENED}){_LINE}"),
    # What stands in an Authorization header.
    re.compile(r"(?i)(?P<keep>\b(?:bearer|basic|token)\s+)(?P<secret>[\w.+/=~-]{16,})"),
    # A name, a sign and a value: password=…, "token": "…", the password is …
    re.compile(rf"(?is)(?P<keep>{_NAMED}(?!\w){_SIGN}{_OPENED}){_VALUE}"),
    # An option of a command takes no sign.
    re.compile(rf"(?is)(?P<keep>(?<![\w-])--?[\w-]{{0,64}}?{_NAMED}(?![\w-])\s++(?!--){_OPENED}){_VALUE}"),
)


def redact_text(text: str) -> str:
    """Give the text without what looks like a secret in it."""
    for pattern in _TEXT:
        text = pattern.sub(lambda found: found["keep"] + REDACTED, text)
    return _storable(text)


def _storable(text: str) -> str:
    """Replace what a database cannot keep: NUL and half characters."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
