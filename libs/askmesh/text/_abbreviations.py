"""Abbreviations by initials, and what they stand for."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from askmesh.text._words import english_words, is_stop_word

_ABBREVIATION = re.compile(r"\b(?:[A-Z]{2,5}|[A-Za-z]{3,5})\b")
_WORD = re.compile(r"[^\W\d_][\w'\u2019]*")


def spelt_out(query: str, texts: Iterable[str]) -> str:
    """Return `query` with what its abbreviations stand for in `texts` after them, in brackets.

    "DPO" is "DPO (data protection officer)" where a text has these words in a row. What is a word,
    or stands in a text as it is, is no abbreviation.
    """
    known = list(texts)
    for short in dict.fromkeys(_ABBREVIATION.findall(query)):
        is_word = not short.isupper() and (is_stop_word(short) or short.lower() in english_words())
        if is_word or any(re.search(rf"\b{short}\b", text, re.IGNORECASE) for text in known):
            continue
        found = next((words for text in known for words in _words_for(short, text)), "")
        if found:
            query = re.sub(rf"\b{short}\b", f"{short} ({found})", query)
    return query


def _words_for(short: str, text: str) -> Iterator[str]:
    """Yield the runs of words of `text` with the initials of an abbreviation."""
    words = list(_WORD.finditer(text))
    initials = "".join(word.group()[0].lower() for word in words)
    for place in range(len(words) - len(short) + 1):
        run = words[place : place + len(short)]
        if initials.startswith(short.lower(), place) and _is_term(run, text):
            yield text[run[0].start() : run[-1].end()].lower()


def _is_term(run: Sequence[re.Match[str]], text: str) -> bool:
    """Tell whether words stand side by side, without such as "of", unless behind a hyphen."""
    gaps = [text[one.end() : other.start()] for one, other in pairwise(run)]
    return set(gaps) <= {" ", "-"} and not any(
        gap == " " and is_stop_word(word.group())
        for gap, word in zip([" ", *gaps], run, strict=True)
    )
