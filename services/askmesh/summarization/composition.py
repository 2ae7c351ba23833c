"""What needs no language model: commands, steps, counts, titles, conflicts, and quotes."""

from collections.abc import Sequence
from dataclasses import replace

from askmesh.summarization.amendments import amends
from askmesh.summarization.asked_before import answer_beside_its_question
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.blocks import block
from askmesh.summarization.comparing import compared
from askmesh.summarization.dates import date_of, newest_first
from askmesh.summarization.doubts import is_plain
from askmesh.summarization.evidence import EvidenceUnit, jaccard
from askmesh.summarization.lists import lines_fitting
from askmesh.summarization.naming import mentions
from askmesh.summarization.prices import prices_told
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import quoted
from askmesh.summarization.rows_asked import first_cell, rows_asked
from askmesh.summarization.rows_filled import rows_filled
from askmesh.summarization.said import Said
from askmesh.summarization.times_told import times_told
from askmesh.summarization.untrusted import plain
from askmesh.summarization.wholeness import is_whole, place_of
from askmesh.summarization.wording import phrases
from askmesh.text import UnitKind, names, numbers, stems

_CONFLICT_SHARE = 0.5
_SAME_STATEMENT = 0.6
_CONFLICT_UNITS = 6


def composed(evidence: Evidence) -> list[Said]:
    """Return the answer if it can be made of the sources' own words; else nothing."""
    if evidence.said or evidence.question.wanted is Wanted.ABOUT:
        return [replace(said, text=plain(said.text)) for said in evidence.said]
    return (
        answer_beside_its_question(evidence)
        or _conflict(evidence)
        or _count(evidence)
        or prices_told(evidence)
        or times_told(evidence)
        or rows_filled(evidence)
        or rows_asked(evidence)
        or compared(evidence)
        or lines_fitting(evidence)
        or block(evidence)
    )


def _conflict(evidence: Evidence) -> list[Said]:
    """Return two statements that differ in a number or a date alone, the newer one first."""
    if evidence.question.wanted in {Wanted.PERSON, Wanted.STEPS}:
        return []
    near = [
        item
        for item in evidence.ranked[:_CONFLICT_UNITS]
        if item.score >= _CONFLICT_SHARE * evidence.ranked[0].score
    ]
    best = near[0]
    if best.is_entry and evidence.question.wanted is Wanted.COUNT:
        return []  # how many there are is in none of them
    shares = [_share(evidence.question, item) for item in near]
    if shares[0] < max(shares):
        return []  # another one says more of what was asked
    other = next((item for item in near[1:] if _differ(evidence.question, best, item)), None)
    if other is None or amends(evidence.question, best, other):
        return []
    newer, older = newest_first([best, other])
    said = phrases(evidence.question.text)
    if evidence.question.latest and date_of(newer) > date_of(older):
        return [_dated(newer), Said(said.earlier), _dated(older)]
    return [Said(said.differ), _dated(newer), _dated(older)]


def _share(question: Question, item: EvidenceUnit) -> int:
    return len(question.stems & stems(f"{item.breadcrumb} {item.lead} {item.own}"))


def _differ(question: Question, one: EvidenceUnit, other: EvidenceUnit) -> bool:
    if one.source.document_id == other.source.document_id or not one.source.document_id:
        return False
    figures = [set(numbers(item.own)) for item in (one, other)]
    words = [stems(item.own) - figure for item, figure in zip((one, other), figures, strict=True)]
    titles = [set(names(f"About {item.source.title}.")) for item in (one, other)]
    about = {word for title in titles for word in title}
    return (
        all(figures)
        and all(_names(item, each) for item in (one, other) for each in question.identifiers)
        and figures[0] != figures[1]
        and jaccard(words[0], words[1]) >= _SAME_STATEMENT
        and set(names(one.own)) == set(names(other.own))
        and not (titles[0] != titles[1] and about & set(question.names))
        and _is_same_thing(one, other)
    )


def _names(item: EvidenceUnit, identifier: str) -> bool:
    return mentions(f"{item.breadcrumb} {item.own}", identifier)


def _is_same_thing(one: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Tell whether the titles are the same but for numbers and dates, or share a name."""
    titles = [stems(item.source.title) for item in (one, other)]
    return bool(titles[0] & titles[1]) or not (titles[0] and titles[1])


def _dated(item: EvidenceUnit) -> Said:
    said = quoted(item)
    title, day = item.source.title, date_of(item)
    where = ", ".join(part for part in (title, "" if day in title else day) if part)
    return Said(f"{said.text} ({where})" if where else said.text, said.units, said.quote)


def _count(evidence: Evidence) -> list[Said]:
    best = evidence.ranked[0]
    is_asked = evidence.question.wanted is Wanted.COUNT and is_plain(evidence.question)
    if not is_asked or not best.is_entry:
        return []
    entries = sorted((i for i in evidence.ranked if i.table == best.table), key=place_of)
    if _stands_elsewhere(best, evidence) or _are_only_some(evidence.question, entries):
        return []
    if len(entries) < 2 or not is_whole(entries, evidence.sources):  # noqa: PLR2004 - one entry is no list
        return []
    named = [plain(first_cell(item)).rstrip(".;,") for item in entries]
    mark = "; " if any(set(name) & set(",:;.") for name in named) else ", "
    return [Said(f"{len(entries)}: {mark.join(named)}.", (best,), best.own)]


def _are_only_some(question: Question, entries: Sequence[EvidenceUnit]) -> bool:
    """Tell whether a word of the question is in the cells of some rows: it asks for those."""
    rows = [stems(item.own) for item in entries if item.unit.kind is UnitKind.ROW]
    return any(0 < sum(word in row for row in rows) < len(rows) for word in question.stems)


def _stands_elsewhere(best: EvidenceUnit, evidence: Evidence) -> bool:
    """Tell whether another document has a table with the same columns: which one is not known."""
    return best.unit.kind is UnitKind.ROW and any(
        item.unit.kind is UnitKind.ROW
        and item.source.document_id != best.source.document_id
        and item.table[1:] == best.table[1:]
        for item in evidence.ranked
    )
