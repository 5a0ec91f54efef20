"""Sketches of texts, from which it can be told how much two of them have in common."""

import base64
import re

from rensa import RMinHash

# Texts are compared by their runs of three words; the share that two have in common is estimated from 128 samples.
SHINGLE_WORDS = 3
SAMPLES = 128
# Texts with fewer words are all alike by accident, and of longer ones the beginning is enough.
MIN_WORDS = 20
COMPARED_CHARACTERS = 256 * 1024

_SEED = 42
_WORD = re.compile(r"\w+")


def sketch(text: str) -> str:
    """Return a text's MinHash as printable characters, or nothing where the text is too short to be compared."""
    words = _WORD.findall(text[:COMPARED_CHARACTERS].casefold())
    if len(words) < MIN_WORDS:
        return ""
    minhash = RMinHash(SAMPLES, _SEED)
    minhash.update([" ".join(words[start : start + SHINGLE_WORDS]) for start in range(len(words) - SHINGLE_WORDS + 1)])
    return base64.b64encode(minhash.__getstate__()).decode()


def read_sketch(printed: str) -> RMinHash:
    """Return the MinHash that ``sketch`` printed."""
    minhash = RMinHash(SAMPLES, _SEED)
    minhash.__setstate__(base64.b64decode(printed))
    return minhash
