"""What a text says to somebody who reads its characters, however they are disguised."""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import unquote

_TAGS = 0xE0000
"""Here begins an invisible copy of ASCII."""
_LAST_TAG = 0xE007E
_CYRILLIC = "АВЕКМНОРСТХаекмнорстухіїјѕһІЈЅԁԛԝьԍ"
_AS_CYRILLIC = "ABEKMHOPCTXaekmhopctyxiijshIJSdqwbg"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεινκορτυχγ"
_AS_GREEK = "ABEZHIKMNOPTYXaeivkoptuxy"
_LOOKALIKES = str.maketrans(_CYRILLIC + _GREEK, _AS_CYRILLIC + _AS_GREEK)
_IGNORABLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_VARIATIONS = range(0xFE00, 0xFE10)
_FIGURES = str.maketrans("01345$7@", "oieassta")
_MIXED = re.compile(r"(?<!\w)[a-z]*(?:[a-z][013457$@]|[013457$@][a-z]{2})[a-z]\w*", re.IGNORECASE)
_SPELLED = re.compile(
    r"(?<![^\W_])(?:[^\W\d_](?P<gap>[ .*_-])(?:[^\W\d_](?P=gap))+)[^\W\d_](?![^\W_])"
)
_WIDE_GAP = re.compile(r"(?<=\w)[^\S\n]{2,}(?=\w)")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){8,}")
_HEX = re.compile(r"(?<!\w)(?:[0-9A-Fa-f]{2}){12,2000}(?!\w)")
_TURNED = re.compile(r"\b(?:rot-?13|caesar|backwards?|revers(?:e|ed)|mirrored)\b", re.IGNORECASE)
_BASE64 = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{20,4000}={0,2}(?![\w+/])")
_READABLE = re.compile(r"[\w\s.,:;!?'\"()/-]{12,}")


def undisguised(text: str) -> str:
    """Return `text` without invisible characters, in plain letters, on one line.

    Letters of other scripts that look like Latin ones become Latin in words that have both; words
    that are spelled letter by letter become words.
    """
    if text.isascii():
        return " ".join(_joined(text).split())
    shown = _joined("".join(_shown(character) for character in text))
    words = unicodedata.normalize("NFKC", shown).split()
    return " ".join(_in_one_script(word) for word in words)


def encoded_texts(text: str) -> Iterator[str]:
    """Yield what stands in `text` in base64, in hexadecimal, with figures as letters, or turned."""
    if _MIXED.search(text):
        yield " ".join(_in_letters(word) for word in text.split())
    if _PERCENT.search(text):
        yield unquote(text)
    if _TURNED.search(text):
        yield from (codecs.encode(text, "rot13"), text[::-1])
    yield from filter(
        _READABLE.fullmatch,
        (*_decoded(_BASE64, text, _base64), *_decoded(_HEX, text, bytes.fromhex)),
    )


def _decoded(pattern: re.Pattern[str], text: str, decode: Callable[[str], bytes]) -> Iterator[str]:
    for match in pattern.finditer(text):
        with suppress(binascii.Error, UnicodeDecodeError):
            yield decode(match.group()).decode("ascii")


def _base64(coded: str) -> bytes:
    bare = coded.rstrip("=")
    return base64.b64decode(bare + "=" * (-len(bare) % 4))


def _in_letters(word: str) -> str:
    """Return "1gn0re" as "ignore"; what has no letters, or begins or ends a number, stays."""
    letters = sum(map(str.isalpha, word))
    return word.translate(_FIGURES) if 2 * letters > len(word) else word


def _joined(text: str) -> str:
    """Return "I g n o r e   a l l" as "Ignore all"."""
    parts = _WIDE_GAP.split(text)
    return " ".join(
        _SPELLED.sub(lambda match: match[0].replace(match["gap"], ""), part) for part in parts
    )


def _shown(character: str) -> str:
    code = ord(character)
    if _TAGS + 0x20 <= code <= _LAST_TAG:
        return chr(code - _TAGS)
    is_unseen = character in _IGNORABLE or code in _VARIATIONS
    return "" if is_unseen or unicodedata.category(character) == "Cf" else character


def _in_one_script(word: str) -> str:
    return word.translate(_LOOKALIKES) if re.search("[A-Za-z]", word) else word
