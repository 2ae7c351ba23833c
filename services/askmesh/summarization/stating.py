"""A statement of the sources that is the answer as it stands."""

import re

from askmesh.summarization.amendments import is_overtaken
from askmesh.summarization.answerability import signals_of
from askmesh.summarization.asked_things import speaks_of_it
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.compared_things import tells_one_alone
from askmesh.summarization.evidence import EvidenceUnit, cells, lead_of
from askmesh.summarization.kinds import lacks_kind
from askmesh.summarization.looking_up import COMPARES
from askmesh.summarization.naming import mentions
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quotes_instead import is_strange_row
from askmesh.summarization.quoting import (
    denial_above,
    heading_of,
    names_a_cell,
    quoted,
    words_of_setting,
)
from askmesh.summarization.reasons import lacks_reason
from askmesh.summarization.said import Said
from askmesh.summarization.sections import is_keyed_by, is_row_of
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, numbers, stems

LIKELY = 0.7
"""From this probability on a statement is given as it stands. The language model takes seconds to
say the same."""
_LIKELY_ROW = 0.6
"""The same for the row of what the question names, under a header that it names."""
_LIKELY_ALONE = 0.65
_TIMES_THE_NEXT = 4
"""The same where nothing else is nearly as near."""
_FEWEST_SHARED = 2
_MOST_WORDS = 20
"""A longer one says more than what was asked."""
_RIVAL_SHARE = 0.75
"""With another unit this near, the two may have to be told together."""
_WRITTEN = frozenset(
    (Wanted.YES_NO, Wanted.STEPS, Wanted.LIST, Wanted.COUNT, Wanted.TITLE, Wanted.ABOUT)
)
"""Asked for these, a statement alone is no answer."""
_PROSE = frozenset((UnitKind.SENTENCE, UnitKind.ITEM))
_OF_ANOTHER = re.compile(r"\b(?:that|those) of\b", re.IGNORECASE)
_ASKS_TWICE = re.compile(
    r"\w,? (?:and|\+|&|plus) (?:(?:from|by|until|since|at|to|for) )?"
    r"(what|where|when|who|whom|how|which)\b",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"\+?\d[\d ()/-]{6,}\d")
_AND_MORE = re.compile(r"[,;]\s|\band\b", re.IGNORECASE)


def stated(evidence: Evidence) -> list[Said]:
    """Return the best statement if it likely is the answer and says little else; else nothing."""
    best, question = evidence.shown[0], evidence.question
    likely = _LIKELY_ROW if is_row_of(question, best) else LIKELY
    if lead_of(best, evidence.ranked) >= _TIMES_THE_NEXT:
        likely = min(likely, _LIKELY_ALONE)
    if (
        evidence.probability < likely
        or evidence.parts
        or question.negated
        or COMPARES.search(question.text)
        or tells_one_alone(question, [best])
        or _ASKS_TWICE.search(question.text)
        or question.wanted in _WRITTEN
        or best.own_score is None
        or not all(mentions(f"{best.breadcrumb} {best.own}", each) for each in question.identifiers)
        or denial_above(best)
        or _has_a_rival(best, evidence)
    ):
        return []
    said = _told(best, question)
    return [said] if _says_it_alone(question, best, said.text) else []


def _told(item: EvidenceUnit, question: Question) -> Said:
    """Return a sentence that needs nothing before it as it stands, anything else as a quote."""
    is_prose = item.unit.kind is UnitKind.SENTENCE
    is_whole = is_prose and not item.unit.lead and item.own.endswith((".", "!"))
    return Said(plain(item.own), (item,), item.own) if is_whole else quoted(item, question.columns)


def _has_a_rival(best: EvidenceUnit, evidence: Evidence) -> bool:
    if best.is_setting and _is_one_of_several(best, evidence):
        return True
    is_row = is_row_of(evidence.question, best)
    rivals = (
        item.score
        for item in evidence.ranked
        if item.text != best.text
        and not is_overtaken(evidence.question, item, best)
        and (not is_row or is_row_of(evidence.question, item))
        and not _is_further_off(evidence.question, item, best)
    )
    return max(rivals, default=0.0) >= _RIVAL_SHARE * best.score


def _is_one_of_several(best: EvidenceUnit, evidence: Evidence) -> bool:
    """Tell whether another setting of its section has as many words of the question."""
    asked = evidence.question.stems
    shared = len(words_of_setting(best) & asked)
    section = (best.group, best.unit.headings)
    return any(
        len(words_of_setting(item) & asked) >= shared
        for item in evidence.ranked
        if (item.group, item.unit.headings) == section and item != best
    )


def _is_further_off(question: Question, item: EvidenceUnit, best: EvidenceUnit) -> bool:
    """Tell whether an entry beside `best` has its words of the question, and more strange ones.

    "Left outside the zone" is meant by those words, "left outside a station, inside the zone" not.
    """
    if item.group != best.group or UnitKind.ROW in {item.unit.kind, best.unit.kind}:
        return False
    own, its = (stems(each.own.partition(": ")[0]) for each in (best, item))
    shared = own & question.stems
    is_as_near = len(shared) >= _FEWEST_SHARED and its & question.stems <= shared
    return is_as_near and len(own - question.stems) < len(its - question.stems)


def _says_it_alone(question: Question, item: EvidenceUnit, said: str) -> bool:
    """Tell whether it has the kind of thing that is asked for, denies nothing, says one thing."""
    signals = signals_of(question, [item])
    is_alone = question.wanted is Wanted.PERSON or _is_dated_as_another(question, item)
    told = item.own if is_alone else said
    lacks = lacks_kind(question.text, told) or lacks_reason(question.text, item.own)
    if not speaks_of_it(question.text, [item]) or is_strange_row(question, item):
        return False
    if lacks or signals.negation or signals.opposite or signals.missing_kind:
        return False
    if item.unit.kind is UnitKind.ROW:
        is_plain = question.wanted in {Wanted.OTHER, Wanted.NUMBER}
        is_named = names_a_cell(question.stems, item) and _is_of_it(question, item)
        return not is_plain or is_keyed_by(question, item) or is_named
    if item.is_setting:
        return len(words_of_setting(item) & question.stems) >= _FEWEST_SHARED
    if item.unit.kind is UnitKind.KEY_VALUE:
        return True
    return (
        item.unit.kind in _PROSE
        and len(item.own.split()) <= _MOST_WORDS
        and not _tells_two(item.own)
    )


def _is_dated_as_another(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether what stands above it lacks the number of what is dated: "4.0" below "3.2.0"."""
    is_asked = question.wanted is Wanted.TIME and bool(question.identifiers)
    return is_asked and not any(mentions(heading_of(item), each) for each in question.identifiers)


def _is_of_it(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether a cell has a word of the question: a row that has none is of another thing."""
    said = frozenset[str]().union(*(stems(cell) for _, cell in cells(item)))
    return bool(said & question.stems)


def _tells_two(text: str) -> bool:
    """Tell whether it tells two things: "puppies at 8 weeks, kittens at 9", "those of guests"."""
    figures = set(numbers(_TELEPHONE.sub(" ", text)))
    has_figures = len(figures) > 1 and _AND_MORE.search(text) is not None
    return has_figures or _OF_ANOTHER.search(text) is not None
