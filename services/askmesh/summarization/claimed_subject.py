"""Whether evidence is about what a sentence is about, as far as a question asked for that."""

import re
from collections.abc import Iterator
from itertools import pairwise

from askmesh.summarization.statements import Statement, content_stems
from askmesh.summarization.word_forms import MEASURING, verb_forms
from askmesh.text import stems

LINKING = stems("mean indicate refer denote locate situate")
"""What an answer says with these is said by its other words."""
_OF_ANYTHING = LINKING | MEASURING | stems("need use set now new")
_MOST, _NEARLY_ALL = 0.5, 0.75
_BEGINS = re.compile(r"(?:(?:the|an?|our|your)\s+)?([^\s.,;]+)", re.IGNORECASE)
_DOES = re.compile(
    r"\b(?:you|we|i|they|one|it|to|who|can|may|must|should|will|could)"
    r"(?: (?:can|may|must|should|will|could|have to|has to|need to))? ([^\W\d]+)",
    re.IGNORECASE,
)
"""The verb of a person, which a row or a heading need not have."""


def names_its_subject(claim: Statement, known: frozenset[str], asked: frozenset[str]) -> bool:
    """Tell whether the words `known` have what was asked about and a claim says again.

    They have most of it, or half with a name; the first word of the claim, or nearly all others;
    and none is lacking right before one that they have: a "wedding cake" is no cake.
    """
    done = frozenset(content_stems(" ".join(_DOES.findall(claim.text))))
    about = (claim.words & asked) - {*claim.numbers} - _OF_ANYTHING - (done - known)
    having = about & (known | verb_forms(known))
    lacking = about - having
    if len(having) < _MOST * len(about) or (
        len(having) == len(lacking) > 0 and not _named(claim, having)
    ):
        return False
    if _first_of(claim) & lacking and len(having) < _NEARLY_ALL * len(about):
        return False
    return not any(first in lacking and other in having for first, other in _beside(claim))


def _named(claim: Statement, having: frozenset[str]) -> bool:
    return bool(having & {*claim.names})


def _first_of(claim: Statement) -> frozenset[str]:
    match = _BEGINS.match(claim.text)
    return frozenset(content_stems(match[1])) if match else frozenset()


def _beside(claim: Statement) -> Iterator[tuple[str, str]]:
    """Yield the stems of words that stand right beside each other."""
    for first, other in pairwise(re.split(r"\s|-", claim.text)):
        found = content_stems(first), content_stems(other)
        if all(found) and first[-1].isalnum() and not first.endswith(("'s", "\u2019s")):
            yield found[0][-1], found[1][0]
