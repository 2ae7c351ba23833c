"""Things of which each holds in its own case, which stands in brackets: "A (early) or B (late)"."""

import re
from collections.abc import Iterator

from askmesh.summarization.statements import Statement, content_stems
from askmesh.text import numbers

_CASE = re.compile(r"(?<!\S)(?P<name>(?:[^\s()|,;]+ ){1,4})\((?P<case>[^()|]{2,60})\)")
_BETWEEN = re.compile(r"\s*(?:[,;/]|,? ?(?:or|and|but))?\s*(?:or |and )?$", re.IGNORECASE)
_JOINING = re.compile(r"^(?:(?:or|and|but)\s+)+", re.IGNORECASE)
_FEWEST = 2


def tells_another_alternative(claim: Statement, asked: frozenset[str], stated: Statement) -> bool:
    """Tell whether a claim has one of several things without its case, or with that of another.

    The case may stand in the question, whose words are `asked`; a claim that has them all tells
    none apart.
    """
    said = claim.words | {*claim.numbers}
    for cases in _alternatives(stated.text):
        told = [(name, case) for name, case in cases if name & said]
        if not 0 < len(told) < len(cases):
            continue
        own = frozenset[str]().union(*(case for _, case in told))
        others = frozenset[str]().union(*(case for name, case in cases if not name & said))
        is_of_another = others & said and not own & said
        if is_of_another or not own & (said | asked):
            return True
    return False


def _alternatives(text: str) -> Iterator[list[tuple[frozenset[str], frozenset[str]]]]:
    """Yield, for things beside each other, what tells their names and their cases apart."""
    beside: list[re.Match[str]] = []
    for match in (*_CASE.finditer(text), None):
        if match and beside and _is_next(beside[-1], match):
            beside.append(match)
            continue
        if len(beside) >= _FEWEST:
            names = _told_apart([_JOINING.sub("", each["name"]) for each in beside])
            yield list(zip(names, _told_apart([each["case"] for each in beside]), strict=True))
        beside = [match] if match else []


def _is_next(one: re.Match[str], other: re.Match[str]) -> bool:
    return _BETWEEN.match(other.string[one.end() : other.start()]) is not None


def _told_apart(texts: list[str]) -> list[frozenset[str]]:
    """Return the words and figures of each text that none of the others has."""
    found = [frozenset((*content_stems(text), *numbers(text))) for text in texts]
    return [
        words.difference(*(other for place, other in enumerate(found) if place != own))
        for own, words in enumerate(found)
    ]
