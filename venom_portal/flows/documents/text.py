"""Reading bytes as text: the encoding, the words and the language."""

import codecs
from functools import cache

import charset_normalizer
from py3langid.langid import MODEL_FILE, LanguageIdentifier

# What the encoding and the language are guessed from: more takes longer and says the same.
SAMPLE_BYTES = 256 * 1024
LANGUAGE_CHARACTERS = 32 * 1024
# Below this probability the language counts as undetermined.
LANGUAGE_CONFIDENCE = 0.5
UNDETERMINED = "und"

# Only these encodings write text with NUL bytes in it.
_WIDE = ["utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"]
# Ten places are looked at instead of five, so that one odd passage does not make a long text look like binary data.
_PROBES = 10


def decode(content: bytes) -> tuple[str, str] | None:
    """Return the text and the name of its encoding, or None where the bytes are not text.

    A character that is cut off at the end is left out; what does not fit a guessed encoding is replaced.
    """
    text = _decode_utf8(content)
    if text is not None:
        return text, "ascii" if content.isascii() else "utf-8"
    match = _guess(content)
    if match is None:
        return None
    codec = codecs.lookup(match.encoding)
    assert codec.incrementaldecoder is not None  # noqa: S101  (every encoding of text has one)
    return codec.incrementaldecoder("replace").decode(content), codec.name


def count_words(text: str) -> int:
    """Count what white space separates, as ``wc -w`` does."""
    return len(text.split())


def identify_language(text: str) -> str:
    """Return the language's ISO 639 code: ``und`` where it cannot be told, ``zxx`` where there is none."""
    language, _ = _identifier().classify(text[:LANGUAGE_CHARACTERS])
    return str(language)


@cache
def _identifier() -> LanguageIdentifier:
    """The language model, loaded once per process: it takes about half a second."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=LANGUAGE_CONFIDENCE)


def _decode_utf8(content: bytes) -> str | None:
    if b"\0" in content:
        return None
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(content)
    except UnicodeDecodeError:
        return None


def _guess(content: bytes) -> charset_normalizer.CharsetMatch | None:
    sample = _sample(content)
    if b"\0" not in sample:
        return charset_normalizer.from_bytes(sample, steps=_PROBES).best()
    match = charset_normalizer.from_bytes(sample, steps=_PROBES, cp_isolation=_WIDE).best()
    # Any bytes are characters of two bytes somewhere in the world, but seldom with white space between them.
    return match if match and (match.bom or count_words(str(match)) > 1) else None


def _sample(content: bytes) -> bytes:
    """The beginning, ending with a line, so that no character of several bytes is cut in two."""
    if len(content) <= SAMPLE_BYTES or b"\0" in content:
        return content[:SAMPLE_BYTES]
    return content[: content.rfind(b"\n", 0, SAMPLE_BYTES) + 1 or SAMPLE_BYTES]
