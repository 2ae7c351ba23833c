"""Tables: out of the rows of the sources, or out of what a language model wrote, cell by cell."""

import re
from collections.abc import Sequence

from askmesh.api.common.v1.answer_pb2 import TableDelta, TableRow
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.citations import take_marks, without_lookalikes
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.records import NAME, Record, Records, field_words
from askmesh.summarization.tabulating import records_of
from askmesh.summarization.untrusted import links_as_text
from askmesh.summarization.values import Source
from askmesh.text import stems

_NEAR = 4
EVIDENCE_COLUMNS = ("Source", "Statement")
MAX_ROWS = 50
_QUOTED_ROWS = 6
MISSING = "\u2013"
"""Stands in a cell that the sources do not fill."""

_RULE = re.compile(r"[\s|:+=-]*")


def source_table(evidence: Evidence, columns: Sequence[str]) -> TableDelta | None:
    """Return the table or the forms of the sources that are asked for, cells as they are written.

    It has these columns, or its own. None if the best evidence is neither. Of records of which the
    question names some, only these are returned.
    """
    records = evidence.records or next(
        (found for found in records_of(evidence.ranked) if _is_near(found, evidence)), None
    )
    if records is None:
        return None
    named = records.named(evidence.question.stems)
    chosen = named if len(named) > 1 else records.records
    fields = _fields(records, columns, evidence.question.stems)
    rows = [_row(record, list(fields.values())) for record in chosen]
    return TableDelta(
        columns=[records.name_field or NAME, *fields],
        rows=_without_copies(rows)[:MAX_ROWS],
    )


def _without_copies(rows: Sequence[TableRow]) -> list[TableRow]:
    """Leave out rows that an earlier source has, too: a document may be stored twice."""
    first: dict[tuple[str, ...], tuple[int, ...]] = {}
    numbers = [tuple(row.source_numbers) for row in rows]
    return [
        row
        for row, own in zip(rows, numbers, strict=True)
        if first.setdefault(tuple(row.cells), own) == own
    ]


def _is_near(records: Records, evidence: Evidence) -> bool:
    near = evidence.ranked[:_NEAR]
    return any(item in near for record in records.records for item in record.units)


def _fields(
    records: Records, columns: Sequence[str], asked: frozenset[str]
) -> dict[str, str | None]:
    """Return the columns beside the name, each with the field that it shows, if there is one."""
    shown: dict[str, str | None] = {
        field: field for field in records.fields if not columns and field_words(field) & asked
    }
    for column in columns:
        field = records.field_like(stems(column))
        if field or not stems(column) <= stems(records.name_field):
            shown[field or column] = field
    return shown if any(shown.values()) else {field: field for field in records.fields}


def _row(record: Record, fields: Sequence[str | None]) -> TableRow:
    values = [(field and record.values.get(field)) or MISSING for field in fields]
    sources = sorted({item.source_number for item in record.units})
    return TableRow(cells=map(links_as_text, (record.name, *values)), source_numbers=sources)


class CheckedTable:
    """Checks the lines of one table that a language model writes, its header first."""

    def __init__(self, columns: Sequence[str], shown: Sequence[EvidenceUnit]) -> None:
        self._columns = tuple(columns)
        self._shown = tuple(shown)
        self._known: set[str] = set()
        self._begun = False

    def take(self, line: str) -> TableDelta | None:
        """Return what to send for a line: a row if the evidence has it, with its cells; else None.

        A cell is left out if it does not stand, as it is written, in a statement on the row.
        """
        cells = _parsed(line)
        if cells is None:
            return None
        if not self._columns:
            self._columns = cells
            return None
        row = self._row(cells) if len(cells) == len(self._columns) else None
        if row is None or row.cells[0] in self._known:
            return None
        header = () if self._begun else self._columns
        self._begun = True
        self._known.add(row.cells[0])
        return TableDelta(columns=header, rows=[row])

    def _row(self, cells: tuple[str, ...]) -> TableRow | None:
        if [cell.lower() for cell in cells] == [column.lower() for column in self._columns]:
            return None
        units = self._about(cells[0])
        checked = [_first_with(cell, units) for cell in cells[1:]]
        numbers = sorted({item.source_number for item in checked if item})
        if not numbers:
            return None
        told = (cell if item else MISSING for cell, item in zip(cells[1:], checked, strict=True))
        return TableRow(cells=[cells[0], *told], source_numbers=numbers)

    def _about(self, subject: str) -> list[EvidenceUnit]:
        """Return the units that have all words of a row's first cell in them or above them."""
        words = stems(subject)
        return [
            item
            for item in self._shown
            if words and words <= stems(f"{item.breadcrumb} {item.lead} {item.text}")
        ]


def _first_with(cell: str, units: Sequence[EvidenceUnit]) -> EvidenceUnit | None:
    """Return the first unit that has a cell as it is written."""
    return next((item for item in units if _stands_in(cell, _as_one_line(item.text))), None)


def _parsed(line: str) -> tuple[str, ...] | None:
    text, _ = take_marks(line)
    if "|" not in text or _RULE.fullmatch(text):
        return None
    cells = (" ".join(cell.split()) for cell in text.strip().strip("|").split("|"))
    return tuple(cell.strip("*_` ") for cell in cells)


def _stands_in(cell: str, text: str) -> bool:
    return (
        re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", text, re.IGNORECASE) is not None
        if cell
        else False
    )


def evidence_table(evidence: Sequence[EvidenceUnit]) -> TableDelta:
    """Return the best of the evidence itself as a table, in the order of the sources.

    What stands in another statement is not told twice.
    """
    texts = [item.text for item in evidence]
    best = [item for place, item in enumerate(evidence) if not _is_told(texts, place)]
    ordered = sorted(best[:_QUOTED_ROWS], key=lambda item: (item.source_number, item.unit.start))
    rows = [
        TableRow(
            cells=[_source_name(item.source, item.source_number), _as_one_line(item.text)],
            source_numbers=[item.source_number],
        )
        for item in ordered
    ]
    return TableDelta(columns=EVIDENCE_COLUMNS, rows=rows)


def _is_told(texts: Sequence[str], place: int) -> bool:
    """Tell whether an earlier text, or a longer one, has the one at `place` in it."""
    own = texts[place]
    longer = (text for text in texts[place + 1 :] if text != own)
    return any(own in text for text in (*texts[:place], *longer))


def _source_name(source: Source, number: int) -> str:
    return source.title or f"Source {number}"


def _as_one_line(text: str) -> str:
    return " ".join(without_lookalikes(text).split())
