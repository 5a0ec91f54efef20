"""Which names are those of secrets."""

import re
from itertools import pairwise
from typing import Final

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

ENDINGS: Final = (
    *("password", "passwd", "pwd", "passphrase", "passcode", "secret", "token", "credential", "credentials"),
    *("api key", "secret key", "private key", "access key", "signing key", "session id"),
)
"""What a name ends with that is a secret's, whatever stands before: PGPASSWORD, accesstoken."""

_JOINED = tuple(ending.replace(" ", "") for ending in ENDINGS)
_NO_LETTERS = re.compile("[^a-z]+")


def is_secret(name: str) -> bool:
    """Tell whether a value of this name is kept out, whatever it is."""
    words = [word.lower() for word in _WORDS.findall(name)]
    if not _SECRET_WORDS.isdisjoint(words) or not _SECRET_PAIRS.isdisjoint(pairwise(words)):
        return True
    return _NO_LETTERS.sub("", name.lower()).endswith(_JOINED)
