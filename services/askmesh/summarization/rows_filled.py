"""The rows that have something in the one column that a question names, where others have none."""

import re
from collections.abc import Sequence

from askmesh.summarization.asked_records import FORM_WORDS
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.holding import CLOSED
from askmesh.summarization.records import NO, YES
from askmesh.summarization.rows_asked import first_cell
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.summarization.wholeness import is_whole, place_of
from askmesh.text import UnitKind, stems

_WHICH_THING = re.compile(
    r"\s*(?:in |on |at |for |with )?(?:which|what) (?P<thing>[^\W\d_]+)\b", re.IGNORECASE
)


def rows_filled(evidence: Evidence) -> list[Said]:
    """Return them by name, each with its cell: "On which days is there early swim?"; else nothing.

    The question names what the rows are, one column and nothing else that is not above the table.
    """
    best, asks = evidence.ranked[0], _WHICH_THING.match(evidence.question.text)
    if not asks or best.unit.kind is not UnitKind.ROW:
        return []
    rows = sorted((item for item in evidence.ranked if item.table == best.table), key=place_of)
    header, column = cells(best)[0][0], _column(evidence, rows)
    if not column or not stems(asks["thing"]) <= stems(header):
        return []
    known = stems(f"{header} {column} {best.breadcrumb}")
    if evidence.question.stems - known - FORM_WORDS or not is_whole(rows, evidence.sources):
        return []
    said = {item: dict(cells(item)).get(column, "").strip() for item in rows}
    filled = {item: cell for item, cell in said.items() if not _is_none(cell)}
    if not 0 < len(filled) < len(rows) or any(cell.lower() in YES for cell in filled.values()):
        return []
    named = ", ".join(f"{first_cell(item)} ({cell})" for item, cell in filled.items())
    return [Said(plain(f"{column}: {named}."), tuple(filled), next(iter(filled)).own)]


def _column(evidence: Evidence, rows: Sequence[EvidenceUnit]) -> str:
    """Return the header of which the question has all words, if there is but one."""
    headers = dict.fromkeys(name for item in rows for name, _ in cells(item)[1:])
    asked = evidence.question.stems
    found = [name for name in headers if stems(name) and stems(name) <= asked]
    return found[0] if len(found) == 1 else ""


def _is_none(cell: str) -> bool:
    return cell.lower() in NO or stems(cell) <= CLOSED
