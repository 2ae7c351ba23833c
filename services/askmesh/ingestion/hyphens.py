"""Lines joined to flowing text, with words that were divided at their ends made whole."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from askmesh.text import english_words

_SOFT = "\u00ad"
_LAST_PART = re.compile(r"([^\W\d_]+)[-\u2010]$")
_FIRST_PART = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_NONE: frozenset[str] = frozenset()


def joined_lines(lines: Iterable[str], words: AbstractSet[str] = _NONE) -> str:
    """Return `lines` as one. A hyphen at the end of a line stays unless it divided a word.

    It stays where `words`, those of the whole document, have it; where it follows one letter, a
    hyphen, a digit or a capital; and between two words that together are no word.
    """
    text = ""
    for line in lines:
        following = " ".join(line.split())
        if text.endswith(_SOFT):
            text = text[:-1] + following
        elif text.endswith(("-", "\u2010")) and not text.endswith((" -", "--")):
            text = (text[:-1] if _divides(text, following, words) else text) + following
        else:
            text = f"{text} {following}" if text else following
    return text.replace(_SOFT, "")


def words_of(lines: Iterable[str]) -> frozenset[str]:
    """Return the words within `lines`, with the hyphens inside of them."""
    return frozenset(match.lower() for line in lines for match in _WORD.findall(line))


def _divides(text: str, following: str, words: AbstractSet[str]) -> bool:
    """Tell whether the hyphen at the end of `text` only divides a word."""
    last, first = _LAST_PART.search(text), _FIRST_PART.match(following)
    if last is None or first is None or not first.group().islower() or len(last.group(1)) == 1:
        return False
    before, after = last.group(1).lower(), first.group()
    if text[: last.start(1)].endswith(("-", "\u2010")):
        return False
    if f"{before}-{after}" in words:
        return False
    if before + after in words:
        return True
    english = english_words()
    return before + after in english or not {before, after} <= english
