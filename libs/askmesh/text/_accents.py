"""Letters without their accents."""

import unicodedata
from collections.abc import Iterator

_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_LETTERS = "ß ss, æ ae, œ oe, ø o, ð d, đ d, þ th, ł l, ħ h, ı i, ŋ n, ŧ t"  # noqa: RUF001 - what is meant


def _plain() -> Iterator[tuple[int, str]]:
    for code in _LATIN:
        parts = unicodedata.normalize("NFKD", chr(code))
        letters = "".join(part for part in parts if not unicodedata.combining(part))
        if letters.isascii():
            yield code, letters
    for pair in _LETTERS.split(", "):
        letter, letters = pair.split()
        yield ord(letter), letters


_PLAIN = dict(_plain())


def without_accents(word: str) -> str:
    """Return a lower-cased word in the letters a to z if it is written in Latin letters.

    The keyword index does the same: "é" is "e", "ü" is "u", "ß" is "ss". Other scripts stay.
    """
    return word if word.isascii() else word.translate(_PLAIN)
