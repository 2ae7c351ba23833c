"""What a text says to somebody who reads its characters, however they are disguised."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator

_TAGS = 0xE0000
"""Here begins an invisible copy of ASCII."""
_LAST_TAG = 0xE007E
_LOOKALIKES = str.maketrans("аеорсухіѕјһԁοανΑΕΙΟ", "aeopcyxisjhdoavAEIO")  # noqa: RUF001 - Cyrillic and Greek
_BASE64 = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{20,4000}={0,2}(?![\w+/])")
_READABLE = re.compile(r"[\w\s.,:;!?'\"()/-]{12,}")


def undisguised(text: str) -> str:
    """Return `text` without invisible characters, in plain letters, on one line.

    Letters of other scripts that look like Latin ones become Latin in words that have both.
    """
    shown = "".join(_shown(character) for character in text)
    words = unicodedata.normalize("NFKC", shown).split()
    return " ".join(_in_one_script(word) for word in words)


def encoded_texts(text: str) -> Iterator[str]:
    """Yield what stands in `text` in base64, where it can be read."""
    for match in _BASE64.finditer(text):
        coded = match.group().rstrip("=")
        try:
            decoded = base64.b64decode(coded + "=" * (-len(coded) % 4)).decode("ascii")
        except (binascii.Error, UnicodeDecodeError):
            continue
        if _READABLE.fullmatch(decoded):
            yield decoded


def _shown(character: str) -> str:
    code = ord(character)
    if _TAGS + 0x20 <= code <= _LAST_TAG:
        return chr(code - _TAGS)
    return "" if unicodedata.category(character) == "Cf" else character


def _in_one_script(word: str) -> str:
    return word.translate(_LOOKALIKES) if re.search("[A-Za-z]", word) else word
