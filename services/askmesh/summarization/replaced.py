"""Figures that the evidence names only as what holds no more: "60 minutes instead of 45"."""

import re
from collections.abc import Iterator

from askmesh.summarization.statements import Statement
from askmesh.text import numbers

_NO_MORE = re.compile(
    r"\b(?:instead of|rather than|no longer|up from|down from|previously|formerly|before:)"
    r" (?:[^\W\d]+ ){0,2}?(?P<figure>[$\u20ac\u00a3]?\d[\d.,:]*)",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(
    r"\b(?:instead|rather|no longer|from|previously|formerly|before|used to|was|were|not)\b",
    re.IGNORECASE,
)


def has_replaced_figure(claim: Statement, stated: Statement) -> bool:
    """Tell whether a claim has a figure that is replaced there, and does not say so."""
    if _SAYS_SO.search(claim.text):
        return False
    return any(
        figure in claim.numbers and stated.numbers.count(figure) == 1
        for figure in _replaced(stated.text)
    )


def _replaced(text: str) -> Iterator[str]:
    for match in _NO_MORE.finditer(text):
        yield from numbers(match["figure"].rstrip(".,:"))
