"""Cells of a row, told as those of another column, or as if they were filled."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from askmesh.summarization.records import NO
from askmesh.summarization.statements import Statement, content_stems
from askmesh.summarization.word_forms import taken_apart
from askmesh.text import content_words, is_negated, numbers

_APART = re.compile(r"\s\|\s|\s\|$")
_SETTING = re.compile(r"[^\W\d][\w.-]*(?::\s|\s?=)")
_NAME_AND_VALUE = re.compile(r"([^:=]*)(:|\s?=)(.*)")
_WORDS_OF_A_FIGURE = 3
_ANYTHING = ("new", "other", "same", "first", "last", "next", "single")
_Cell: TypeAlias = tuple[frozenset[str], str]
"""Words of the name of its column, and its value."""


def has_figure_of_another_column(claim: Statement, stated: Sequence[Statement]) -> bool:
    """Tell whether a claim names one column of a row and has the figure of another.

    "single: 4 | return: 7" does not tell of a return for 4. Several settings are a row, too.
    """
    settings = " | ".join(each.text for each in stated if _SETTING.match(each.text))
    cells = _cells(stated[0].text) or _cells(settings)
    return any(_is_of_another(figure, claim, cells) for figure in claim.numbers)


def has_figure_of_a_narrower_column(
    claim: Statement, asked: frozenset[str], stated: Statement
) -> bool:
    """Tell whether a claim has the figure of "trade price" where nobody asks or says "trade".

    The row has another figure under the plain name, "price".
    """
    cells = [(name, frozenset(numbers(value))) for name, value in _named_cells(stated.text)]
    known = claim.words | asked
    return any(
        figure in own
        and figure not in held
        and held
        and name > plain
        and not (name - plain) & known
        for figure in claim.numbers
        for name, own in cells
        for plain, held in cells
        if plain
    )


def fills_an_empty_cell(claim: Statement, stated: Statement) -> bool:
    """Tell whether a claim says something of a column that a row has nothing or a "no" in."""
    return _names_an_empty_cell(claim, stated) and not is_negated(claim.text)


def denies_an_empty_cell(claim: Statement, stated: Statement) -> bool:
    """Tell whether a claim denies something of a column that a row has nothing or a "no" in."""
    return _names_an_empty_cell(claim, stated) and is_negated(claim.text)


def _names_an_empty_cell(claim: Statement, stated: Statement) -> bool:
    empty = (name for name, value in _cells(stated.text) if value.strip().lower() in NO)
    return any(name and name <= claim.words for name in empty)


def is_of_another_kind(claim: Statement, stated: Statement) -> bool:
    """Tell whether a row has another word before one of the claim: "evening tour", "day tour"."""
    values = [value for _, value in _cells(stated.text)]
    told = [pair for value in values for pair in _beside(value)]
    known = {*re.findall(r"\w+", stated.text.lower()), *_ANYTHING}
    return any(
        first not in known
        and not numbers(other)
        and {one for one, two in told if two == other} - {*content_words(claim.text)}
        for first, other in _beside(claim.text)
        if (first, other) not in told
    )


def _beside(text: str) -> list[tuple[str, str]]:
    """Return the pairs of words with content that stand right beside each other."""
    words = re.findall(r"[^\W_]+|[^\w\s-]", text.lower())
    pairs = pairwise(words)
    return [(one, two) for one, two in pairs if content_words(one) and content_words(two)]


def _named_cells(row: str) -> list[_Cell]:
    """Return all words of the name of each column, and its value."""
    parts = _APART.split(row)
    found = [match.groups() for part in parts if (match := _NAME_AND_VALUE.match(part))]
    if len(parts) < len(("this", "that")):
        return []
    return [(frozenset(content_stems(taken_apart(name))), value) for name, _, value in found]


def _cells(row: str) -> list[_Cell]:
    """Return the words that the name of each column alone has, and its value."""
    named = _named_cells(row)
    count = Counter(word for name, _ in named for word in name)
    return [(frozenset(word for word in name if count[word] == 1), value) for name, value in named]


def _is_of_another(figure: str, claim: Statement, cells: Sequence[_Cell]) -> bool:
    figures = [(name, frozenset(numbers(value))) for name, value in cells]
    own = [name for name, held in figures if figure in held]
    are_theirs = (
        held and not held & {*claim.numbers} and name & claim.words
        for (name, held), (_, value) in zip(figures, cells, strict=True)
        if figure not in held and len(value.split()) <= _WORDS_OF_A_FIGURE
    )
    return (
        bool(own) and all(own) and not any(name & claim.words for name in own) and any(are_theirs)
    )
