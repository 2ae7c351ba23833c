"""Things that a sentence lists, each with its figure: "cat 15 pounds, rabbit 12 pounds"."""

import re
from collections.abc import Iterator
from itertools import permutations
from typing import TypeAlias

from askmesh.summarization.statements import Statement, content_stems
from askmesh.text import numbers

_LEADING_IN = re.compile(r"^[^:,;|]*:\s")
_APART = re.compile(r"[,;]\s(?:and\s)?|\sand\s")
_PAIR = re.compile(r"(?P<thing>[^\W\d].*?)(?:\s|:\s)(?P<figure>\d[\d.:]*%?(?:\s[^\W\d]+)?)\.?")
_FEWEST = 2
_Pair: TypeAlias = tuple[frozenset[str], frozenset[str]]
"""The words of a thing, and its figure."""


def has_figure_of_another_thing(claim: Statement, stated: Statement) -> bool:
    """Tell whether a claim names one of the things that are listed and has the figure of another.

    "cat 15 pounds, rabbit 12 pounds" does not tell of a rabbit for 15.
    """
    said, figures = claim.words, {*claim.numbers}
    return any(
        figure <= figures
        and not other_figure & figures
        and (other - thing) & said
        and not (thing - other) & said
        for (thing, figure), (other, other_figure) in permutations(_pairs(stated.text), 2)
    )


def _pairs(text: str) -> list[_Pair]:
    """Return the things with their figures; none where a part of the list is something else."""
    parts = _APART.split(_LEADING_IN.sub("", text).strip())
    found = [match for part in parts if (match := _PAIR.fullmatch(part))]
    return list(_taken_apart(found)) if len(found) == len(parts) >= _FEWEST else []


def _taken_apart(found: list[re.Match[str]]) -> Iterator[_Pair]:
    for each in found:
        yield frozenset(content_stems(each["thing"])), frozenset(numbers(each["figure"]))
