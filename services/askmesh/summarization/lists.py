"""Lists as they stand, where all of their entries are the answer."""

import re
from collections.abc import Sequence

from askmesh.summarization.answerability import says_the_opposite
from askmesh.summarization.asked_records import FORM_WORDS
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import heading_of
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import links_as_text, plain
from askmesh.summarization.wholeness import is_whole, place_of
from askmesh.text import UnitKind, is_negated, stems

MOST_ENTRIES = 12
"""A longer list says more than what was asked."""
_LEFT_SHARE = 0.34
"""What of a question a heading need not say."""
_ASKS_WHAT = re.compile(r"\s*(?:what|which)\b", re.IGNORECASE)
_ALIKE = 0.8
_ALIKE_IN_A_SECTION = 0.6
_LEADS_IN = re.compile(r"\b(?:when|if|unless|where)\W*$", re.IGNORECASE)
"""Of "Roll back when", each entry is a case."""
_WHOSE = re.compile(r"\b[^\W\d_]+['\u2019]s\b")
_FEWEST_ALIKE = 3
_WITHOUT = re.compile(r"\bwithout ((?:[\w'-]+ ?){1,3})", re.IGNORECASE)
_CHANGES = stems("change new release version edition")
"""What a list of changes need not say of itself."""


def list_named(
    question: Question, best: EvidenceUnit, ranked: Sequence[EvidenceUnit]
) -> list[Said]:
    """Return the list above which all stands that a question names, or those that begin so.

    "What was fixed in 4.2?" asks for those of the list that begin with "Fixed:".
    """
    asked = question.stems - FORM_WORDS - _CHANGES
    left = asked - stems(f"{best.breadcrumb} {best.lead}")
    own = [item for item in ranked if item.group == best.group]
    if best.unit.kind is not UnitKind.ITEM or left == asked or len(own) > MOST_ENTRIES:
        return []
    if not left:
        return [whole_list(best, ranked)]
    own.sort(key=lambda item: item.unit.start)
    found = [item for item in own if left <= stems(item.own.partition(":")[0])]
    return [Said(plain(item.own), (item,), item.own) for item in found]


def list_headed(evidence: Evidence) -> list[Said]:
    """Return the list near the best unit whose heading has what is asked for.

    Of steps, it may lack a word or two that stand below it.
    """
    best, question = evidence.ranked[0], evidence.question
    asked = question.stems - FORM_WORDS
    most = 0 if question.wanted is Wanted.LIST else _LEFT_SHARE * len(asked)
    for item in evidence.ranked:
        is_near = item.source_number == best.source_number and item.breadcrumb == best.breadcrumb
        left = asked - stems(item.breadcrumb)
        if (
            is_near
            and is_entry_of_few(item, evidence.ranked)
            and asked & stems(heading_of(item))
            and len(left) <= most
            and left <= stems(item.source.text)
            and not is_against(question, item, evidence.ranked)
        ):
            return [whole_list(item, evidence.ranked)]
    return []


def list_of_equals(evidence: Evidence) -> list[Said]:
    """Return the list of which all entries answer alike: what was asked stands above them."""
    best, question = evidence.ranked[0], evidence.question
    if question.identifiers or not is_entry_of_few(best, evidence.ranked):
        return []
    scores = [item.own_score for item in evidence.ranked if item.group == best.group]
    asked = question.stems - FORM_WORDS
    alike = all(score is not None and score >= _ALIKE * best.score for score in scores)
    alike |= _LEADS_IN.search(heading_of(best)) is not None
    above = asked & stems(f"{heading_of(best)} {best.lead}")
    if not alike or len(scores) < _FEWEST_ALIKE or 2 * len(above) < len(asked):
        return []
    return [whole_list(best, evidence.ranked)]


def list_led(evidence: Evidence) -> list[Said]:
    """Return the list whose lead-in says all that it says of what is asked: "What do I bring?".

    Of a list of which a word of the question is in some entries, the others may not be meant; but
    whose something is, "your pet's age", tells no entry apart.
    """
    best, question = evidence.ranked[0], evidence.question
    lead = stems(best.lead)
    if not (_ASKS_WHAT.match(question.text) and lead and lead <= question.stems):
        return []
    entries = [item for item in evidence.ranked if item.group == best.group]
    said = (stems(_WHOSE.sub(" ", item.own)) for item in entries)
    is_told_apart = any(words & question.stems - lead for words in said)
    if is_told_apart or not is_entry_of_few(best, evidence.ranked):
        return []
    return [whole_list(best, evidence.ranked)]


def list_of_section(evidence: Evidence) -> list[Said]:
    """Return the list of the best unit's section whose entries are alike, and about as near.

    Its heading has a word of the question, and denies what the question denies.
    """
    best, question = evidence.ranked[0], evidence.question
    near = [item for item in evidence.ranked if _is_in_section(item, best)]
    scores = [item.own_score or 0.0 for item in near]
    heading = heading_of(best)
    if (
        len({item.group for item in near}) != 1
        or not _FEWEST_ALIKE <= len(near) <= MOST_ENTRIES
        or min(scores) < _ALIKE_IN_A_SECTION * max(*scores, best.score)
        or not question.stems & stems(heading)
        or is_negated(heading) != question.negated
        or question.identifiers
    ):
        return []
    return [whole_list(near[0], evidence.ranked)]


def _is_in_section(item: EvidenceUnit, best: EvidenceUnit) -> bool:
    is_there = item.source_number == best.source_number and item.breadcrumb == best.breadcrumb
    return is_there and item.unit.kind is UnitKind.ITEM


def is_against(question: Question, item: EvidenceUnit, ranked: Sequence[EvidenceUnit]) -> bool:
    """Tell whether it is for the opposite of what is asked: to install for "uninstall".

    Or whether it, or another step beside it, is what the question is to do without.
    """
    if says_the_opposite(question, f"{item.lead} {item.own}"):
        return True
    without = _WITHOUT.search(question.text)
    unwanted = stems(without[1]) if without else frozenset[str]()
    steps = (other for other in ranked if other.group == item.group)
    return bool(unwanted) and any(_tells_to(unwanted, step) for step in (item, *steps))


def _tells_to(words: frozenset[str], item: EvidenceUnit) -> bool:
    said = f"{heading_of(item)} {item.own}"
    return words <= stems(said) and not is_negated(said)


def is_entry_of_few(item: EvidenceUnit, ranked: Sequence[EvidenceUnit]) -> bool:
    """Tell whether it is an item of a list that is short enough to be told whole."""
    entries = sum(other.group == item.group for other in ranked)
    return item.unit.kind is UnitKind.ITEM and 1 < entries <= MOST_ENTRIES


def whole_list(item: EvidenceUnit, ranked: Sequence[EvidenceUnit]) -> Said:
    """Return the steps or the items of a list, as they stand."""
    own = [other.unit for other in ranked if other.group == item.group]
    text = item.source.text
    start = text.rfind("\n", 0, min(unit.start for unit in own)) + 1
    end = max(unit.end for unit in own)
    closing = re.compile(r"\n\s*(?:```|~~~)[ \t]*(?=\n|$)").match(text, end)
    steps = text[start : closing.end() if closing else end]
    lead = plain(item.lead) or item.breadcrumb
    return Said(lead, (item,), steps, after=links_as_text(steps))


def lines_fitting(evidence: Evidence) -> list[Said]:
    """Return the names of the lines that have what is asked for: which are "every year"?

    What else the question names stands above all of them.
    """
    best, question = evidence.ranked[0], evidence.question
    asks = question.wanted in {Wanted.LIST, Wanted.OTHER} and _ASKS_WHAT.match(question.text)
    if not asks or best.unit.kind not in {UnitKind.KEY_VALUE, UnitKind.ITEM}:
        return []
    lines = sorted((item for item in evidence.ranked if item.group == best.group), key=place_of)
    found = {item: part for item in lines if (part := _part_asked_for(question, item))}
    left = question.stems - FORM_WORDS - stems(best.breadcrumb)
    is_asked = bool(left) and all(part >= left for part in found.values())
    is_known = all(": " in item.own for item in lines) and is_whole(lines, evidence.sources)
    if not (is_asked and is_known and 0 < len(found) < len(lines)):
        return []
    named = ", ".join(item.own.partition(":")[0] for item in found)
    return [Said(plain(f"{named}."), tuple(found), next(iter(found)).own)]


def _part_asked_for(question: Question, item: EvidenceUnit) -> frozenset[str]:
    """Return the words of the part of a value that the question has as a whole."""
    parts = map(stems, re.split(r"[,;]", item.own.partition(":")[2]))
    return next((part for part in parts if part and part <= question.stems), frozenset[str]())
