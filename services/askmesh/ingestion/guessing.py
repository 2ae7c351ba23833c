"""The likeliest encoding of text that declares none: by its letters, then by a library."""

import re
import unicodedata

import py3langid
from charset_normalizer import from_bytes

_WESTERN, _CENTRAL, _CENTRAL_ISO, _TURKISH = "cp1252", "cp1250", "iso8859_2", "cp1254"
_LATIN = frozenset([_WESTERN, _CENTRAL, _TURKISH, "mac_roman", "cp437", "cp850"])
_LATIN_OF = dict.fromkeys(["cs", "sk", "pl", "hu", "hr", "bs", "sl", "ro"], _CENTRAL) | {
    "tr": _TURKISH
}
_GUESSED = [
    _WESTERN, "shift_jis", "gb18030", "big5", "cp949", "euc_jp", "koi8_r", "cp1251", _CENTRAL,
    "cp1253", _TURKISH, "cp1255", "cp1256", "cp437", "mac_roman",
]  # fmt: skip
# The ten commonest letters of a script make up most of any text in it.
_COMMON = {
    "cp1251 koi8_r koi8_u iso8859_5 cp866 mac_cyrillic": (
        "\u043e\u0435\u0430\u0438\u043d\u0442\u0441\u0440\u0432\u043b"
    ),
    "cp1253": "\u03b1\u03bf\u03b9\u03b5\u03c4\u03c3\u03bd\u03b7\u03c5\u03c1",
    "cp1255": "\u05d9\u05d5\u05d4\u05dc\u05d0\u05ea\u05e8\u05d1\u05de\u05e9",
    "cp1256": "\u0627\u0644\u064a\u0645\u0648\u0646\u0631\u062a\u0628\u0639",
}
_MIN_COMMON = 0.5
_JAPANESE = ("shift_jis", "euc_jp")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_MIN_KANA = 0.25
_RARE = frozenset("\u0139\u013a\u0154\u0155")  # of Slovak only, and rare there
# Between letters, cp1250 has signs where ISO 8859-2 has letters.
_ISO_LETTERS = re.compile(
    rb"[a-z\xc0-\xff][\xa6\xa9\xab\xac\xae\xb1\xb6\xbb\xbc][a-z\xe0-\xff]", re.IGNORECASE
)
_EURO = b"\xa4"  # in ISO 8859-15; a sign that nobody writes in others
_CONTROLS = re.compile(rb"[\x80-\x9f]")
_LOWER_UPPER = re.compile(r"[a-z\u00df-\u00ff](?=([^\x00-\x7f]))")
_QUOTED_WITHIN = re.compile("[a-z][\u201a\u201e\u201d\u2020\u2021\u2030\u2039][a-z]")


def likeliest_encoding(sample: bytes) -> str:
    """Return the likeliest encoding of `sample`, which is not UTF-8; empty if none is likely."""
    if found := _japanese(sample) or _by_letters(sample):
        return found
    best = from_bytes(sample, cp_isolation=_GUESSED).best()
    if best is None:
        return ""
    return _latin(sample, best.encoding) if best.encoding in _LATIN else best.encoding


def _japanese(sample: bytes) -> str:
    """Return the encoding in which much of `sample` is kana, if there is one."""
    for encoding in _JAPANESE:
        text = sample.decode(encoding, "replace")
        wide = [char for char in text if char > "\x7f"]
        broken = text.count("\ufffd") > len(text) // 100 + 1
        if wide and not broken and len(_KANA.findall(text)) >= len(wide) * _MIN_KANA:
            return encoding
    return ""


def _by_letters(sample: bytes) -> str:
    """Return the encoding of another script than the Latin whose common letters are common."""
    high = sum(byte > 0x7F for byte in sample)  # noqa: PLR2004 - the end of ASCII
    if high < sum(chr(byte).isalpha() for byte in sample if byte <= 0x7F):  # noqa: PLR2004
        return ""
    shares = {
        encoding: _share(sample, encoding, letters)
        for encodings, letters in _COMMON.items()
        for encoding in encodings.split()
    }
    # Of two with the same common letters, the one that has letters for the others, too.
    best = max(shares, key=lambda name: (shares[name], _letters(sample, name)))
    return best if shares[best] >= _MIN_COMMON else ""


def _letters(sample: bytes, encoding: str) -> int:
    return sum(map(str.isalpha, sample.decode(encoding, "replace")))


def _share(sample: bytes, encoding: str, letters: str) -> float:
    text = [char for char in sample.decode(encoding, "replace") if char > "\x7f"]
    return sum(char in letters for char in text) / max(1, len(text))


def _latin(sample: bytes, best: str) -> str:
    """Return the encoding of Latin letters; the language chooses where letters do not tell."""
    if best not in {_WESTERN, _CENTRAL, _TURKISH} and not _is_odd(
        sample.decode(_WESTERN, "replace")
    ):
        best = _WESTERN
    if best not in {_WESTERN, _CENTRAL, _TURKISH}:
        return best
    text = sample.decode(best, "replace")
    # The library ships no types.
    language = str(py3langid.classify(text)[0])  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    encoding = _LATIN_OF.get(language, _WESTERN)
    if encoding == _WESTERN and _EURO in sample and not _CONTROLS.search(sample):
        return "iso8859_15"
    if encoding != _CENTRAL:
        return encoding
    if _RARE & set(sample.decode(_CENTRAL, "replace")):
        return _WESTERN
    is_iso = _ISO_LETTERS.search(sample) and not _CONTROLS.search(sample)
    return _CENTRAL_ISO if is_iso else _CENTRAL


def _is_odd(text: str) -> bool:
    """Tell whether letters change their size within words, are no letters, or not defined."""
    if "\ufffd" in text or _QUOTED_WITHIN.search(text):
        return True
    if any(match.group(1).isupper() for match in _LOWER_UPPER.finditer(text)):
        return True
    return any(unicodedata.category(char) in {"Lm", "Sk", "Cc"} for char in text if char > "\x7f")
