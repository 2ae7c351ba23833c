"""Words that carry content, and their stems."""

import re
from functools import lru_cache
from typing import Protocol, cast

import snowballstemmer

from askmesh.text._english import is_stop_word
from askmesh.text._numbers import numbers

_STEMS_KEPT = 50_000
# Scripts that are written without spaces: each character counts as a word.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(
    rf"""
      [{_UNSPACED}]
    | (?:[vV](?=[\d.]+\b))?\d+(?:[.,:]\d+)*(?:(?:st|nd|rd|th|s)\b)?   # 1,000  3.5  10:30  v1.2  5th
    | [^\W\d{_UNSPACED}][^\W{_UNSPACED}]*                       # a word or an identifier
      (?:\.(?=[^\W\d])[^\W{_UNSPACED}]+|['\u2019][^\W\d_]+)*    # asyncio.TaskGroup
      (?:\+\+|\#)?                                              # C++, C#
    """,
    re.VERBOSE,
)
_NUMERIC = re.compile(r"[vV]?\d")
_PLURAL_ACRONYM = re.compile(r"[b-df-hj-np-tv-xz]{2,3}s(?<!ss)")
_POSSESSIVE = re.compile(r"['\u2019]s?$")


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - named by the library


def content_words(text: str) -> list[str]:
    """Return the words of `text` that carry content, lower-cased, in order, with repetitions.

    English stop words are left out. Hyphenated words are taken apart, identifiers such as
    `asyncio.TaskGroup` are not. Numbers are in the normal form of `numbers`.
    """
    words = (word for match in _WORD.finditer(text) for word in _plain(match.group()).split())
    return [word for word in words if not is_stop_word(word)]


@lru_cache(maxsize=_STEMS_KEPT)
def stem(word: str) -> str:
    """Return the English stem of a lower-cased `word`, the same for "connect" and "connected"."""
    if _PLURAL_ACRONYM.fullmatch(word):
        return word[:-1]  # the stemmer takes an s away only after a vowel
    # A stemmer holds the word it works on, so threads cannot share one.
    stemmer = cast("_Stemmer", snowballstemmer.stemmer("english"))  # pyright: ignore[reportUnknownMemberType] - no types
    return stemmer.stemWord(word)


def stems(text: str) -> frozenset[str]:
    """Return the stems of the content words of `text`."""
    return frozenset(map(stem, content_words(text)))


def _plain(token: str) -> str:
    if _NUMERIC.match(token):
        return " ".join(numbers(token))
    lower = token.lower()
    if is_stop_word(lower):
        return ""
    return _POSSESSIVE.sub("", lower).strip("_") if "__" not in lower else lower
