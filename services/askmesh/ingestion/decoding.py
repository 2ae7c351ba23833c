"""Bytes to text: marks and declarations first, then the likeliest encoding, which is reported."""

import codecs
import re
from dataclasses import dataclass

import py3langid
from charset_normalizer import CharsetMatches, from_bytes

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
_GUESSED = [
    _WESTERN, "shift_jis", "gb18030", "big5", "cp949", "euc_jp", "koi8_r", "cp1251", "cp1250",
    "cp1253", "cp1254", "cp1255", "cp1256", "cp437", "mac_roman",
]  # fmt: skip
_LATIN = frozenset([_WESTERN, "cp1250", "cp1254"])
_LATIN_OF = dict.fromkeys(["cs", "sk", "pl", "hu", "hr", "bs", "sl", "ro"], "cp1250") | {
    "tr": "cp1254"
}
_SAMPLE_BYTES = 256 * 1024
_MAX_ZEROS = 0.1
_MIN_WIDE_ZEROS = 0.3


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
        if content.startswith(mark):
            return _without_zeros(content[len(mark) :].decode(encoding, "replace"))
    declared = _declared(content) if may_declare else ""
    for encoding in filter(None, (declared, "utf-8", _wide(content))):
        try:
            return _without_zeros(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _guessed(content)


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
    """Return the kind of UTF-16 without a mark that `content` is, if it is one."""
    sample = content[:_SAMPLE_BYTES]
    zeros = sample.count(0)
    if zeros < len(sample) * _MIN_WIDE_ZEROS:
        return ""
    odd = sample[1::2].count(0)
    return "utf-16-le" if odd > zeros - odd else "utf-16-be"


def _guessed(content: bytes) -> Text:
    if 0 in content:
        raise _no_text("It contains zero bytes, as no text does.")
    matches = from_bytes(content[:_SAMPLE_BYTES], cp_isolation=_GUESSED)
    encoding = _likeliest(matches)
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


def _likeliest(matches: CharsetMatches) -> str:
    """Return the best match, empty if there is none.

    The language chooses among encodings of Latin letters, whose letters do not tell them apart.
    """
    best = matches.best()
    if best is None:
        return ""
    if best.encoding not in _LATIN:
        return best.encoding
    # The library ships no types.
    language = str(py3langid.classify(str(best))[0])  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return _LATIN_OF.get(language, _WESTERN)


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
