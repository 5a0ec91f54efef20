"""The one place that keeps secrets out of the trail: by the name of a value, by its type, and by its looks.

Standard library only.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

REDACTED = "[redacted]"

_SECRET_WORDS = frozenset(
    {
        *("password", "passwd", "pwd", "passphrase", "passcode", "secret", "secrets", "token", "tokens", "otp"),
        *("credential", "credentials", "authorization", "bearer", "cookie", "cookies", "apikey"),
    }
)
_SECRET_PAIRS = frozenset(
    {("api", "key"), ("private", "key"), ("access", "key"), ("signing", "key"), ("session", "id")}
)
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")

_NAMED = (
    r"(?:\w*[-_])?(?:password|passwd|pwd|passphrase|secret|token|credential"
    r"|api[-_]?key|private[-_]?key|access[-_]?key)s?"
)
_PEM = r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
_TEXT = (
    # A name, a sign and a value: password=…, "token": "…", --api-key …
    re.compile(rf"(?i)(?P<keep>\b{_NAMED}\b[\"']?\s*(?:[:=]|\bis\b)\s*[\"']?)(?P<secret>[^\s\"',;&}}]+)"),
    # What stands in an Authorization header.
    re.compile(r"(?i)(?P<keep>\b(?:bearer|basic|token)\s+)(?P<secret>[\w.+/=~-]{16,})"),
    # The user information of a URL.
    re.compile(r"(?P<keep>\b[a-z][a-z0-9+.-]*://[^\s/:@]*:)(?P<secret>[^\s/@]+)(?=@)"),
    # Tokens that are recognised by how they begin: the portal's own, JSON web tokens, cloud keys.
    re.compile(r"(?P<keep>)(?P<secret>\bvnm_[0-9a-zA-Z]{16,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\bAKIA[0-9A-Z]{16})"),
    re.compile(rf"(?s)(?P<keep>)(?P<secret>{_PEM})"),
)


def redact(value: Any) -> Any:
    """Give the value as JSON without its secrets."""
    if isinstance(value, Mapping):
        return {
            redact_text(str(key)): _hidden(item) if is_secret(str(key)) else redact(item) for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item) for item in value]
    if isinstance(value, str):
        return redact_text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if hasattr(value, "get_secret_value") or isinstance(value, bytes):
        return REDACTED
    return redact_text(str(value))


def redact_text(text: str) -> str:
    """Give the text without what looks like a secret in it."""
    for pattern in _TEXT:
        text = pattern.sub(lambda found: found["keep"] + REDACTED, text)
    return _text(text)


def is_secret(name: str) -> bool:
    """Tell whether a value of this name is kept out, whatever it is."""
    words = [word.lower() for word in _WORDS.findall(name)]
    return not _SECRET_WORDS.isdisjoint(words) or not _SECRET_PAIRS.isdisjoint(pairwise(words))


def _hidden(value: Any) -> Any:
    """Keep it out; that there was nothing is no secret."""
    return value if value in (None, "", [], {}) or isinstance(value, bool) else REDACTED


def _text(text: str) -> str:
    """Replace what a database cannot keep: NUL and half characters."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
