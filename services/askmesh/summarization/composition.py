"""What needs no language model: commands, steps, counts, titles, conflicts, and quotes."""

import re
from collections.abc import Sequence
from dataclasses import replace

from askmesh.summarization.asked_before import answer_beside_its_question
from askmesh.summarization.asked_records import FORM_WORDS
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.blocks import block
from askmesh.summarization.conditions import NO, YES
from askmesh.summarization.dates import date_of, newest_first
from askmesh.summarization.evidence import EvidenceUnit, cells, jaccard
from askmesh.summarization.looking_up import COMPARES
from askmesh.summarization.naming import mentions
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import quoted
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.summarization.wording import phrases
from askmesh.text import UnitKind, names, numbers, stems

_WHICH_THING = re.compile(
    r"\s*(?:in |on |with )?(?:which|what) (?P<thing>[^\W\d_]+)\b", re.IGNORECASE
)
_FEWEST_COLUMNS = 2
_BOTH = 2
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
        or _fitting_rows(evidence)
        or _fitting_columns(evidence)
        or _rows_compared(evidence)
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
    shares = [_share(evidence.question, item) for item in near]
    if shares[0] < max(shares):
        return []  # another one says more of what was asked
    other = next((item for item in near[1:] if _differ(evidence.question, best, item)), None)
    if other is None:
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
    best = evidence.shown[0]
    if evidence.question.wanted is not Wanted.COUNT or not best.is_entry:
        return []
    entries = [item for item in evidence.shown if item.group == best.group]
    if len(entries) < 2:  # noqa: PLR2004 - one entry is no list
        return []
    named = [plain(_first_cell(item)).rstrip(".;,") for item in entries]
    mark = "; " if any(set(name) & set(",:;.") for name in named) else ", "
    return [Said(f"{len(entries)}: {mark.join(named)}.", (best,), best.own)]


def _fitting_rows(evidence: Evidence) -> list[Said]:
    """Return the rows that have "yes" in the column that the question names."""
    best = evidence.shown[0]
    if evidence.question.wanted is not Wanted.LIST or best.unit.kind is not UnitKind.ROW:
        return []
    rows = [item for item in evidence.shown if item.group == best.group]
    for header in (name for name, _ in cells(best)[1:]):
        values = [dict(cells(item)).get(header, "").lower() for item in rows]
        if stems(header) & evidence.question.stems and set(values) <= {*YES, *NO}:
            found = [item for item, value in zip(rows, values, strict=True) if value in YES]
            listed = ", ".join(plain(_first_cell(item)) for item in found)
            return [Said(f"{listed}.", tuple(found[:1]), found[0].own)] if found else []
    return []


def _fitting_columns(evidence: Evidence) -> list[Said]:
    """Return the columns that fit what a question for the things above them says of one row.

    "Which plans have write access?" over "Access: Basic: none | Max: read and write": a table of
    plans, of which none has the name of one of its rows.
    """
    best, question = evidence.shown[0], evidence.question
    asks = _WHICH_THING.match(question.text)
    if not asks or best.unit.kind is not UnitKind.ROW:
        return []
    (header, name), *columns = cells(best)
    thing, own = stems(asks["thing"]), stems(" ".join((header, *(each for each, _ in columns))))
    if not thing <= stems(best.breadcrumb) - own or len(columns) < _FEWEST_COLUMNS:
        return []
    left = question.stems - thing - stems(f"{name} {header} {best.breadcrumb}") - FORM_WORDS
    told = _columns_saying(left, columns)
    return [Said(plain(f"{name}: {told}."), (best,), best.own)] if told else []


def _columns_saying(words: frozenset[str], columns: Sequence[tuple[str, str]]) -> str:
    """Return the columns whose cells have all the words; without words, those that say yes."""
    if words:
        found = [f"{header} ({cell})" for header, cell in columns if words <= stems(cell)]
    else:
        says = {cell.lower() for _, cell in columns} <= {*YES, *NO}
        found = [header for header, cell in columns if says and cell.lower() in YES]
    return ", ".join(found)


def _rows_compared(evidence: Evidence) -> list[Said]:
    """Return the two rows of a table that a question compares: it has all words of their names."""
    best, question = evidence.ranked[0], evidence.question
    if best.unit.kind is not UnitKind.ROW or not COMPARES.search(question.text):
        return []
    rows = [item for item in evidence.ranked if item.group == best.group]
    named = [item for item in rows if stems(_first_cell(item)) <= question.stems]
    if len(named) != _BOTH:
        return []
    return [
        replace(told, text=f"{told.text}.") for told in (quoted(i, question.stems) for i in named)
    ]


def _first_cell(item: EvidenceUnit) -> str:
    return cells(item)[0][1] if item.unit.kind is UnitKind.ROW else item.own
