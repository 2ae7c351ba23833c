"""The two things that a question compares, and whether one of them alone is told."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.measures import measure_in
from askmesh.summarization.question import Question
from askmesh.text import stems, stems_and_parts, without_matter

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
_CHOICE = re.compile(
    r"^\W*(?:at |in |on |for |of )?(?:which|what|who|where)\b.*?[,:\u2013-] (?P<one>[^,]+?),?"
    r" or (?P<other>[^,]+?)\W*$",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_OF = re.compile(r"\b(?:of|on|at|in|for|from|with)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two things: what it is called, and its words that the other has not."""

    name: str
    words: frozenset[str]


def sides_of(question: Question) -> tuple[Side, Side] | None:
    """Return the two things of which a question asks how they differ; None if it does not."""
    text = without_matter(question.text)
    match = next(filter(None, (form.search(text) for form in _FORMS)), None)
    if match is None:
        return None
    one, other = (_OF.split(match[part])[-1] for part in ("one", "other"))
    return _told_apart(one, other)


def choice_of(question: Question) -> tuple[Side, Side] | None:
    """Return the two things of which a question asks which is more: "Which is older, A or B?"."""
    measure, match = measure_in(question.text), _CHOICE.search(question.text)
    is_graded = measure is not None and measure.compares and not measure.is_extreme
    return _told_apart(match["one"], match["other"]) if match and is_graded else None


def tells_one_alone(question: Question, told: Iterable[EvidenceUnit]) -> bool:
    """Tell whether statements name just one of the two things of which one is more.

    What they are called above the statements does not count: a title may name both.
    """
    sides = choice_of(question)
    if sides is None:
        return False
    words = stems_and_parts(" ".join(f"{item.lead} {item.text}" for item in told))
    return len([side for side in sides if side.words & words]) == 1


def of_the_other(
    question: Question, told: Sequence[EvidenceUnit], shown: Sequence[EvidenceUnit]
) -> list[EvidenceUnit]:
    """Return the statement beside one of one thing that tells a figure of the other, if any."""
    sides = choice_of(question)
    words = stems_and_parts(" ".join(f"{item.lead} {item.text}" for item in told))
    missing = [side for side in sides or () if not side.words & words]
    groups = {item.group for item in told}
    found = [
        item
        for side in missing
        for item in shown
        if item.group in groups and item not in told and _FIGURE.search(item.own)
        if side.words & stems_and_parts(f"{item.lead} {item.text}")
    ]
    return found[:1]


def _told_apart(one: str, other: str) -> tuple[Side, Side] | None:
    words = stems(one), stems(other)
    sides = Side(one, words[0] - words[1]), Side(other, words[1] - words[0])
    return sides if all(side.words for side in sides) else None
