"""Words that carry content, and their stems."""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Protocol, cast

import snowballstemmer

from askmesh.text._accents import without_accents
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
    """Return the English stem of a lower-cased `word`, the same for "connect" and "connected".

    It is the same whether accents are typed or not: "café", "cafe".
    """
    word = without_accents(word)
    if _PLURAL_ACRONYM.fullmatch(word):
        return word[:-1]  # the stemmer takes an s away only after a vowel
    # A stemmer holds the word it works on, so threads cannot share one.
    stemmer = cast("_Stemmer", snowballstemmer.stemmer("english"))  # pyright: ignore[reportUnknownMemberType] - no types
    return stemmer.stemWord(word)


def stems(text: str) -> frozenset[str]:
    """Return the stems of the content words of `text`."""
    return frozenset(map(stem, content_words(text)))


def stems_and_parts(text: str) -> frozenset[str]:
    """Return the stems of the content words of `text`, of `max_loan_days` each word, too."""
    return stems(f"{text} {text.replace('_', ' ')}")


def _plain(token: str) -> str:
    if _NUMERIC.match(token):
        return " ".join(numbers(token))
    lower = token.lower()
    if is_stop_word(lower):
        return ""
    return _POSSESSIVE.sub("", lower).strip("_") if "__" not in lower else lower


_TEXT = """
a about above after again against ago all almost along already also although always am among an
and any anybody anyone anything are aren't around as at away be because been before being below
between both but by came can can't cannot come could couldn't did didn't do does doesn't doing
don't done down during e.g each either else ever every everyone everything etc few for from further
get gets getting give given gives go goes going got had hadn't has hasn't have haven't having he
he'd he'll he's her here here's hers herself him himself his how how's however i i.e i'd i'll i'm
i've if in into is isn't it it'd it'll it's its itself just let let's like many may maybe me
might more most much must mustn't my myself neither never no nobody none nor not nothing of off
often on once one ones only onto or other others ought our ours ourselves out over own per
please quite rather really said same shall shan't she she'd she'll she's should shouldn't since so
some somebody someone something sometimes soon still such than that that's the their theirs them
themselves then there there's therefore these they they'd they'll they're they've thing things
this those though through thus to together too toward towards under until up upon us very via
was wasn't we we'd we'll we're we've well went were weren't what what's whatever when when's
whenever where where's wherever whether which whichever while who who's whoever whom whose why
why's will with within without won't would wouldn't yes yet you you'd you'll you're you've your
yours yourself yourselves
"""
_STOP_WORDS = frozenset(_TEXT.split())


def is_stop_word(word: str) -> bool:
    """Tell whether `word`, in lower case, is an English word without content of its own."""
    return word.replace("\u2019", "'") in _STOP_WORDS


@cache
def english_words() -> frozenset[str]:
    """Return about 80,000 English words in lower case. The first call reads a file."""
    lines = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return frozenset(line.split(" ", 1)[0] for line in lines.splitlines())
