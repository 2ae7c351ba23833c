"""Rows that stand beside a row and answer as it does."""

from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.question import Wanted
from askmesh.summarization.wholeness import place_of
from askmesh.text import UnitKind, stems

_MOST_ROWS = 4
"""More of them, word for word, say more than what was asked."""


def rows_alike(evidence: Evidence, item: EvidenceUnit) -> list[EvidenceUnit]:
    """Return the rows with the same words of a question for several things; else the one alone.

    Other rows beside them do not have those words: they tell apart what is asked for.
    """
    asked = evidence.question.stems
    own = stems(item.own) & asked
    if evidence.question.wanted is not Wanted.LIST or item.unit.kind is not UnitKind.ROW:
        return [item]
    rows = {each for each in evidence.ranked if _is_beside(each, item)} | {item}
    alike = sorted((each for each in rows if stems(each.own) & asked == own), key=place_of)
    is_told_apart = any(not own <= stems(each.own) for each in rows)
    return alike if is_told_apart and len(alike) <= _MOST_ROWS else [item]


def _is_beside(one: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Tell whether two rows are of one table: not all of them have the same cells."""
    is_row = one.unit.kind is UnitKind.ROW
    is_there = one.source.document_id == other.source.document_id
    return is_row and is_there and cells(one)[0][0] == cells(other)[0][0]
