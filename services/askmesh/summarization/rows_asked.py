"""The rows of a table that a question asks for, told by their names or by what they say."""

from collections.abc import Sequence
from dataclasses import replace

from askmesh.summarization.assembly import Evidence
from askmesh.summarization.doubts import is_plain
from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.looking_up import COMPARES
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import quoted
from askmesh.summarization.records import NO, YES
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.summarization.wholeness import is_whole, place_of
from askmesh.text import UnitKind, stems

_BOTH = 2


def rows_asked(evidence: Evidence) -> list[Said]:
    """Return what rows of the best unit's table say, if the question can be answered so."""
    fitting = _fitting_rows(evidence) if is_plain(evidence.question) else []
    return fitting or _rows_compared(evidence)


def _fitting_rows(evidence: Evidence) -> list[Said]:
    """Return the rows that have "yes" in the one column that the question names."""
    best = evidence.ranked[0]
    if evidence.question.wanted is not Wanted.LIST or best.unit.kind is not UnitKind.ROW:
        return []
    rows = sorted((item for item in evidence.ranked if item.table == best.table), key=place_of)
    flags = [
        header
        for header in dict.fromkeys(name for item in rows for name, _ in cells(item)[1:])
        if stems(header) & evidence.question.stems and _says_yes_or_no(rows, header)
    ]
    if len(flags) != 1 or not is_whole(rows, evidence.sources):
        return []
    found = [item for item in rows if dict(cells(item)).get(flags[0], "").lower() in YES]
    if not found or _are_told_apart(evidence.question, found, rows):
        return []
    listed = ", ".join(plain(first_cell(item)) for item in found)
    return [Said(f"{listed}.", tuple(found[:1]), found[0].own)]


def _says_yes_or_no(rows: Sequence[EvidenceUnit], header: str) -> bool:
    return {dict(cells(item)).get(header, "").lower() for item in rows} <= {*YES, *NO}


def _are_told_apart(
    question: Question, chosen: Sequence[EvidenceUnit], rows: Sequence[EvidenceUnit]
) -> bool:
    """Tell whether words of the question are in a column, and not in that of each chosen row."""
    columns: dict[str, frozenset[str]] = {}
    for item in rows:
        for header, cell in cells(item):
            columns[header] = columns.get(header, frozenset()) | stems(cell)
    return any(
        (columns[header] & question.stems) - stems(dict(cells(item)).get(header, ""))
        for header in columns
        for item in chosen
    )


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
        replace(told, text=f"{told.text}.") for told in (quoted(i, question.columns) for i in named)
    ]


def first_cell(item: EvidenceUnit) -> str:
    """Return the first cell of a row; anything else whole."""
    return cells(item)[0][1] if item.unit.kind is UnitKind.ROW else item.own
