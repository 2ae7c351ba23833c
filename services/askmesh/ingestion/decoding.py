"""Bytes to text: marks and declarations first, then the likeliest encoding, which is reported."""

import codecs
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from askmesh.ingestion.guessing import likeliest_encoding
from askmesh.ingestion.refusals import DocumentRefusedError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})"
    rb"|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w-]{2,30})",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
_WESTERN = "cp1252"
# What browsers take a page for that says it is one of the others.
_MEANT = {"iso8859-1": _WESTERN, "ascii": _WESTERN, "gb2312": "gb18030", "gbk": "gb18030"}
_ESCAPES = (b"\x1b$B", b"\x1b$@")
_SAMPLE_BYTES = 256 * 1024
_MAX_ZEROS = 0.1
_MIN_WIDE_ZEROS, _MIN_WIDEST_ZEROS = 0.02, 0.6
_HIGH_BYTES = 3
_MIN_HIGH = 0.9
_MIN_RIGHT = 4
_SAMPLE = 10_000
_BREAKS = re.compile("[ \n\u3000-\u3002]")  # what divides the words and sentences of scripts
_UNUSED = frozenset(["Cn", "Co", "Cs"])


@dataclass(frozen=True, slots=True)
class Text:
    """Text with line feeds only, and what whoever handed it in should know about it."""

    text: str
    notices: tuple[str, ...] = ()


def decoded(content: bytes, *, may_declare: bool = False) -> Text:
    """Return `content` as text; where it `may_declare` its encoding, as HTML does, that counts.

    Raises `DocumentRefusedError` if it is in no known encoding.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark) and not _only_seems(content, encoding):
            return _without_zeros(content[len(mark) :].decode(encoding, "replace"))
    declared = _declared(content) if may_declare else ""
    # Of a Latin one that is declared, UTF-8 tells itself apart.
    declared = (
        "" if declared == _WESTERN and not content.isascii() and _is_utf8(content) else declared
    )
    for encoding in filter(None, (declared, _wide(content), _escaped(content), "utf-8")):
        try:
            return _without_zeros(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _damaged(content) or _guessed(content)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _damaged(content: bytes) -> Text | None:
    """Return text in UTF-8 of which few bytes are wrong, as where a file was cut."""
    text = content.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    wide = len(text) - wrong - sum(map(str.isascii, text))
    if wide < wrong * _MIN_RIGHT or 0 in content:
        return None
    notice = f"{wrong} of its characters are no UTF-8: they are shown as \ufffd."
    return Text(_lines(text), (notice,))


def _only_seems(content: bytes, encoding: str) -> bool:
    """Tell whether the text behind a mark has characters of one byte each."""
    return "16" in encoding and 0 not in content and content[2:].isascii()


def _declared(content: bytes) -> str:
    match = _DECLARED.search(content, 0, _DECLARED_WITHIN)
    if match is None:
        return ""
    name = (match.group(1) or match.group(2)).decode("ascii")
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return ""
    return _MEANT.get(known, known)


def _wide(content: bytes) -> str:
    """Return the kind of UTF-16 or UTF-32 without a mark that `content` is, if it is one.

    Of each character one byte says only which alphabet it is of, so that it is one of few.
    """
    sample = content[: _SAMPLE_BYTES & ~1]
    if len(content) % 2 or sample.count(0) < len(sample) * _MIN_WIDE_ZEROS or not sample:
        return ""
    if sample.count(0) > len(sample) * _MIN_WIDEST_ZEROS:
        return "utf-32-be" if not any(sample[::4]) else "utf-32-le"
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        common = Counter(high).most_common(_HIGH_BYTES)
        if 0 in dict(common) and sum(count for _, count in common) >= len(high) * _MIN_HIGH:
            return encoding
    return ""


def _escaped(content: bytes) -> str:
    return "iso2022_jp" if any(mark in content for mark in _ESCAPES) else ""


def _guessed(content: bytes) -> Text:
    if 0 in content:
        return _of_many_bytes(content)
    encoding = likeliest_encoding(content[:_SAMPLE_BYTES])
    if not encoding:
        raise _no_text(
            "It is text in no encoding that is known here: convert it to UTF-8, for example with "
            "`iconv -f ENCODING -t utf-8`."
        )
    text = content.decode(encoding, "replace")
    return Text(
        _lines(text),
        (f"Its encoding is not declared; it was read as {encoding}, which is a guess.",),
    )


def _of_many_bytes(content: bytes) -> Text:
    """Return text of two bytes a character, without a mark, in any script."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _BREAKS.search(text) and not _UNUSED & set(map(unicodedata.category, text[:_SAMPLE])):
            return Text(_lines(text))
    raise _no_text("It contains zero bytes, as no text does.")


def _without_zeros(text: str) -> Text:
    zeros = text.count("\x00")
    if not zeros:
        return Text(_lines(text))
    if zeros > len(text) * _MAX_ZEROS:
        raise _no_text("It contains zero bytes, as no text does.")
    return Text(_lines(text.replace("\x00", "")), (f"{zeros} zero bytes in it were left out.",))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _no_text(detail: str) -> DocumentRefusedError:
    return DocumentRefusedError("CONTENT_NOT_TEXT", detail)
