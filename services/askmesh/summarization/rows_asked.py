"""The rows of a table that a question asks for, told by their names or by what they say."""

import re
from collections.abc import Sequence
from dataclasses import replace

from askmesh.summarization.asked_records import FORM_WORDS
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.conditions import NO, YES
from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.looking_up import COMPARES
from askmesh.summarization.question import Wanted
from askmesh.summarization.quoting import quoted
from askmesh.summarization.records import record_of
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, stems

_WHICH_THING = re.compile(
    r"\s*(?:in |on |with )?(?:which|what) (?P<thing>[^\W\d_]+)\b", re.IGNORECASE
)
_FEWEST_COLUMNS = 2
_BOTH = 2
_VERB = r"(?!(?:is|was|does|has)\b)"
_ASKS_SEVERAL = re.compile(
    rf"\s*(?:which|what) (?:{_VERB}[^\W\d_]+ ){{0,2}}?{_VERB}[^\W\d_]{{2,}}s\b", re.IGNORECASE
)
_AS_NEAR = 0.7
_FAR = 0.6


def rows_asked(evidence: Evidence) -> list[Said]:
    """Return what rows of the best unit's table say, if the question can be answered so."""
    return (
        _fitting_rows(evidence)
        or _rows_apart(evidence)
        or _fitting_columns(evidence)
        or _rows_compared(evidence)
    )


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
            listed = ", ".join(plain(first_cell(item)) for item in found)
            return [Said(f"{listed}.", tuple(found[:1]), found[0].own)] if found else []
    return []


def _rows_apart(evidence: Evidence) -> list[Said]:
    """Return the names of several rows that are as near as each other, where no other is near.

    "Which dealers does she look after?" over rows of which those with her name stand out.
    """
    best = evidence.ranked[0]
    if not _ASKS_SEVERAL.match(evidence.question.text) or best.unit.kind is not UnitKind.ROW:
        return []
    rows = [item for item in evidence.ranked if item.table == best.table]
    near = [item for item in rows if (item.own_score or 0) >= _AS_NEAR * best.score]
    others = max((item.score for item in evidence.ranked if item not in near), default=0.0)
    if not _BOTH <= len(near) < len(rows) or others > _FAR * best.score:
        return []
    if any(_is_denied(evidence, item) for item in near):
        return []
    named = ", ".join(dict.fromkeys(record_of(item).label for item in near))
    return [Said(f"{named}.", tuple(near), near[0].own)]


def _is_denied(evidence: Evidence, item: EvidenceUnit) -> bool:
    """Tell whether a row says no under a header that the question names."""
    asked = evidence.question.stems
    return any(stems(header) & asked and cell.lower() in NO for header, cell in cells(item))


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
    named = [item for item in rows if stems(first_cell(item)) <= question.stems]
    if len(named) != _BOTH:
        return []
    return [
        replace(told, text=f"{told.text}.") for told in (quoted(i, question.stems) for i in named)
    ]


def first_cell(item: EvidenceUnit) -> str:
    """Return the first cell of a row; anything else whole."""
    return cells(item)[0][1] if item.unit.kind is UnitKind.ROW else item.own
