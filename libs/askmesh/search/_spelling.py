"""Words of a query that are spelt wrong, and what was meant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from askmesh.text import english_words, is_stop_word, stem

_WORD = re.compile(r"(?<![^\s\"'(\[])[A-Za-z]{3,30}(?=[\s\"')\].,;:?!]|$)(?![.:]\w|'(?!s\b)\w)")
_SWAPPED_CHARS = 3
_SHORTENED_CHARS = 5
_NAME_CHARS = 6
_TWO_MISTAKES_CHARS = 8
_FUNCTION_WORD_CHARS = 6
_CONTRACTED_TEXT = """
    aren't can't couldn't didn't doesn't don't hasn't haven't isn't shouldn't wasn't weren't won't
    wouldn't i'm i've that's there's what's where's who's you're
"""
_CONTRACTED = {word.replace("'", ""): word for word in _CONTRACTED_TEXT.split()}
"""Words that are typed without their apostrophe; a denial must be seen as one."""
_LEAST_KNOWN = 0.5
_LEAST_MARGIN = 0.01


class Vocabulary(Protocol):
    """The words of one tenant's documents, as far as they may be read."""

    def has(self, word: str) -> bool:
        """Whether a document has the word, in this form or another."""
        ...

    def spells(self, word: str) -> bool:
        """Whether a document spells the word so."""
        ...

    def beginning_with(self, letters: str) -> Iterable[str]:
        """Return the words that begin so, lower-cased and as they are spelt.

        Some may be of documents that may not be read: ask `spells` of those that matter.
        """
        ...


def corrected(query: str, vocabulary: Vocabulary) -> str:
    """Return the query with words that no document has replaced by what was likely meant.

    "dont" is "don't". Beyond that, only what is neither in the documents nor an English word is a
    mistake, and only what is spelt almost so, and clearly nearer than anything else, is meant; or
    the one word that begins so: "resus".
    Identifiers, numbers, words in capitals and words beyond ASCII stay. Where half of the words are
    strange, all stay: they are likely of another language.
    """
    query = _WORD.sub(lambda match: _CONTRACTED.get(match.group(), match.group()), query)
    words = list(_WORD.finditer(query))
    strange = [word for word in words if not _is_known(word.group().lower(), vocabulary)]
    total = len(re.findall(r"\w{3,}", query))
    if not strange or len(strange) > total * _LEAST_KNOWN:
        return query
    for word in reversed(strange):
        meant = _meant(query, word, vocabulary)
        query = query[: word.start()] + meant + query[word.end() :]
    return query


def _is_known(word: str, vocabulary: Vocabulary) -> bool:
    return is_stop_word(word) or word in english_words() or vocabulary.has(word)


def _meant(query: str, match: re.Match[str], vocabulary: Vocabulary) -> str:
    word = match.group()
    lower = word.lower()
    if word[1:] != lower[1:]:
        return word
    is_name = word != lower and match.start() > len(query) - len(query.lstrip("\"'( "))
    if is_name and len(word) < _NAME_CHARS:
        return word
    found = _nearest(lower, vocabulary, only_documents=is_name)
    if found is None:
        return word
    return found if word == lower else found.capitalize()


def _nearest(word: str, vocabulary: Vocabulary, *, only_documents: bool) -> str | None:
    if len(word) >= _SHORTENED_CHARS and (begun := _begun(word, vocabulary)):
        return begun
    mistakes = 2 if len(word) >= _TWO_MISTAKES_CHARS and not only_documents else 1
    alike = _near(word, vocabulary.beginning_with(word[0]), mistakes)
    near = [each for each in alike if vocabulary.spells(each.word)]
    if only_documents:
        return near[0].word if len({each.stem for each in near}) == 1 else None
    functions = _near(word, _function_words(), 1)
    if len(word) <= _FUNCTION_WORD_CHARS and len(functions) == 1:
        return functions[0].word
    english = _near(word, _english_beginning_with(word[0]), mistakes)
    return _clearly_best([*near, *(each for each in english if vocabulary.has(each.word))])


def _begun(word: str, vocabulary: Vocabulary) -> str | None:
    """Return the one word of the documents that begins so, if there is one only.

    Of its forms that is the longest: who shortens "configuration" does not mean "configured".
    """
    begun = [each for each in vocabulary.beginning_with(word) if vocabulary.spells(each)]
    return max(begun, key=len) if len({*map(stem, begun)}) == 1 else None


@dataclass(frozen=True, slots=True)
class _Near:
    word: str
    stem: str
    distance: int
    likeness: float
    """Of two that are as near, that of the same letters in another order is nearer: "logn"."""


def _near(word: str, candidates: Iterable[str], mistakes: int) -> list[_Near]:
    found = process.extract(
        word, list(candidates), scorer=OSA.distance, score_cutoff=mistakes, limit=None
    )
    return [
        _Near(each, stem(each), int(distance), _likeness(word, each))
        for each, distance, _ in found
        if len(word) > _SWAPPED_CHARS or sorted(each) == sorted(word)
    ]


def _likeness(word: str, other: str) -> float:
    return (sorted(word) == sorted(other)) + JaroWinkler.similarity(word, other)


def _clearly_best(candidates: Iterable[_Near]) -> str | None:
    in_order = sorted(candidates, key=lambda each: (each.distance, -each.likeness, each.word))
    if not in_order:
        return None
    best = in_order[0]
    others = [each for each in in_order if each.stem != best.stem]
    if others and others[0].distance == best.distance:
        return best.word if best.likeness - others[0].likeness >= _LEAST_MARGIN else None
    return best.word


@cache
def _english_beginning_with(letter: str) -> tuple[str, ...]:
    return tuple(sorted(word for word in english_words() if word.startswith(letter)))


@cache
def _function_words() -> tuple[str, ...]:
    return tuple(sorted(word for word in english_words() if is_stop_word(word)))
