"""What the sources say of each of two things that a question compares: a statement of either."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from askmesh.summarization.amendments import is_overtaken
from askmesh.summarization.asked_records import FORM_WORDS
from askmesh.summarization.asked_things import without_kinds
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question
from askmesh.summarization.quoting import quoted
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import numbers, stems

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"\bbetween (?P<one>.+) and (?P<other>.+?)\W*$",
        r"^\W*how (?:do|does|did|is|are) (?P<one>.+) (?:differ|different) from (?P<other>.+?)\W*$",
        r"^\W*how (?:do|does|did) (?P<one>.+) and (?P<other>.+?) (?:differ|compare)\W*$",
        r"^\W*compare (?P<one>.+) (?:and|with|to) (?P<other>.+?)\W*$",
        r"^(?P<one>.+) (?:versus|vs\.?) (?P<other>.+?)\W*$",
    )
)
_OF = re.compile(r"\b(?:of|on|at|in|for|from|with)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"\s*(?:(?:the|an?|our|your) )?", re.IGNORECASE)
_NEAR_UNITS = 12
_MOST_WORDS = 40
_RIVAL_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two things: what it is called, and its words that the other has not."""

    name: str
    words: frozenset[str]


def compared(evidence: Evidence) -> list[Said]:
    """Return the one statement of each of two things that tells what a question compares them by.

    "How do the fees of A and B differ?" is told by one on the fee of A and one on that of B, each
    about that one alone; nothing if one of them has none, or several.
    """
    sides = _sides(evidence.question)
    if sides is None:
        return []
    found = [_told_of(side, other, evidence) for side, other in (sides, sides[::-1])]
    return [said for said in found if said] if all(found) else []


def _sides(question: Question) -> tuple[_Side, _Side] | None:
    """Return the two things that a question compares; None if it does not."""
    match = next(filter(None, (form.search(question.text) for form in _FORMS)), None)
    if match is None:
        return None
    one, other = (_OF.split(match[part])[-1] for part in ("one", "other"))
    words = stems(one), stems(other)
    sides = _Side(one, words[0] - words[1]), _Side(other, words[1] - words[0])
    return sides if all(side.words for side in sides) else None


def _told_of(side: _Side, other: _Side, evidence: Evidence) -> Said | None:
    asked = evidence.question.stems - FORM_WORDS - side.words - other.words
    named = without_kinds(asked)
    fitting = [item for item in evidence.ranked if _is_of(item, side, other, named)]
    if named != asked:
        fitting = [item for item in fitting if numbers(item.own)]
    best = _clearly_best(fitting, named)
    near = evidence.ranked[:_NEAR_UNITS]
    if best is None or any(is_overtaken(evidence.question, best, item) for item in near):
        return None
    said = quoted(best, evidence.question.stems)
    if side.words & stems(said.text):
        return said
    name = plain(_ARTICLE.sub("", side.name, count=1).strip())
    text = f"{name[:1].upper()}{name[1:]}: \u201c{plain(best.text)}\u201d"
    return Said(text, (best,), best.text)


def _is_of(item: EvidenceUnit, side: _Side, other: _Side, named: frozenset[str]) -> bool:
    """Tell whether a short statement has what is compared, and is about the one thing alone."""
    own, known = stems(item.own), stems(f"{item.breadcrumb} {item.lead} {item.own}")
    return (
        not item.is_code
        and len(item.own.split()) <= _MOST_WORDS
        and bool(named & own)
        and named | side.words <= known
        and not other.words & known
    )


def _clearly_best(found: Sequence[EvidenceUnit], named: frozenset[str]) -> EvidenceUnit | None:
    """Return the unit with most of what is compared in its own words, if no other is as near."""
    shares = {item: len(named & stems(item.own)) for item in found}
    most = [item for item in found if shares[item] == max(shares.values())]
    if not most or any(
        item.own != most[0].own and item.score >= _RIVAL_SHARE * most[0].score for item in most[1:]
    ):
        return None
    return most[0]
