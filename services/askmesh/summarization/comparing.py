"""What the sources say of each of two things that a question compares: a statement of either."""

import re
from collections import defaultdict
from collections.abc import Sequence

from askmesh.summarization.amendments import is_overtaken
from askmesh.summarization.asked_records import FORM_WORDS
from askmesh.summarization.asked_things import without_kinds
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.compared_things import Side, choice_of, sides_of
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.measures import amount_of
from askmesh.summarization.question import Question
from askmesh.summarization.quoting import quoted
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, matter_in, numbers, stems, without_matter

_ARTICLE = re.compile(r"\s*(?:(?:the|an?|our|your) )?", re.IGNORECASE)
_NEAR_UNITS = 12
_MOST_WORDS = 40
_RIVAL_SHARE = 0.75
_OTHER_SHARE = 0.5
"""The statement of one of two things may be so much less near than that of the other."""
_BARE = "bare"


def compared(evidence: Evidence) -> list[Said]:
    """Return the one statement of each of two things that tells what a question compares them by.

    "How do the fees of A and B differ?" is told by one on the fee of A and one on that of B, each
    about that one alone; nothing if one of them has none, or several. Which one is more is told by
    a statement of each, too.
    """
    sides, choice = sides_of(evidence.question), choice_of(evidence.question)
    if sides is None:
        return _figures_of(choice, evidence) if choice else []
    found = [_told_of(side, other, evidence) for side, other in (sides, sides[::-1])]
    return [said for said in found if said] if all(found) else []


def _figures_of(sides: tuple[Side, Side], evidence: Evidence) -> list[Said]:
    """Return the one statement of each that is near and has an amount, if both are of one kind."""
    bar = _OTHER_SHARE * evidence.ranked[0].score
    near = [item for item in evidence.ranked if item.score >= bar]
    kinds: dict[str, list[EvidenceUnit]] = defaultdict(list)
    for item in near:
        if kind := _kind_of_amount(item):
            kinds[kind].append(item)
    pairs = [pair for items in kinds.values() if (pair := _one_of_each(sides, items))]
    told = pairs[0] if len(pairs) == 1 else []
    if any(is_overtaken(evidence.question, item, other) for item in told for other in near):
        return []
    return [_told_with_name(*each, evidence.question) for each in zip(told, sides, strict=False)]


def _one_of_each(sides: tuple[Side, Side], items: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return the only statement of each of two things that does not name the other, if both are."""
    found = [
        _nearest([item for item in items if _names_alone(item, side, other)])
        for side, other in (sides, sides[::-1])
    ]
    return [item for each in found for item in each] if list(map(len, found)) == [1, 1] else []


def _nearest(items: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return those that are nearly as near as the nearest of them."""
    best = max((item.score for item in items), default=0.0)
    return [item for item in items if item.score >= _RIVAL_SHARE * best]


def _kind_of_amount(item: EvidenceUnit) -> str:
    """Return the unit of the first amount of a short statement; nothing without one."""
    is_short = not item.is_code and len(item.own.split()) <= _MOST_WORDS
    amount = amount_of(item.own) if is_short else None
    return amount.unit or _BARE if amount else ""


def _names_alone(item: EvidenceUnit, side: Side, other: Side) -> bool:
    """Tell whether it is about the one thing alone, by its own words or by what stands above."""
    own, known = stems(item.own), stems(f"{item.breadcrumb} {item.lead} {item.own}")
    is_named = side.words <= own and not other.words & own
    return is_named or (side.words <= known and not other.words & known)


def _told_of(side: Side, other: Side, evidence: Evidence) -> Said | None:
    asked = _asked(evidence.question) - side.words - other.words
    named = without_kinds(asked)
    fitting = [item for item in evidence.ranked if _is_of(item, side, other, named)]
    if named != asked:
        fitting = [item for item in fitting if numbers(item.own)]
    best = _clearly_best(fitting, named)
    near = evidence.ranked[:_NEAR_UNITS]
    if best is None or any(is_overtaken(evidence.question, best, item) for item in near):
        return None
    return _told_with_name(best, side, evidence.question)


def _asked(question: Question) -> frozenset[str]:
    """Return what is asked, with the matter that is named, but without words for asking so."""
    said = f"{without_matter(question.text)} {matter_in(question.text)}"
    return question.stems & stems(said) - FORM_WORDS


def _told_with_name(item: EvidenceUnit, side: Side, question: Question) -> Said:
    """Return a statement after the name of what it is about, if it does not have it itself."""
    said = quoted(item, question.columns)
    if side.words & stems(said.text):
        return said
    name = plain(_ARTICLE.sub("", side.name, count=1).strip())
    is_quote = item.unit.kind is not UnitKind.ROW
    told = f"\u201c{plain(item.text)}\u201d" if is_quote else said.text
    return Said(f"{name[:1].upper()}{name[1:]}: {told}", (item,), item.text)


def _is_of(item: EvidenceUnit, side: Side, other: Side, named: frozenset[str]) -> bool:
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
