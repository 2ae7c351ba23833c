"""Tables: out of the rows of the sources, or out of what a language model wrote, cell by cell."""

import re
from collections.abc import Iterator, Sequence

from askmesh.api.common.v1.answer_pb2 import TableDelta, TableRow
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.citations import take_marks, without_lookalikes
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.records import NAME, Record, Records
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
        field: field for field in records.fields if not columns and stems(field) & asked
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
        self._sources = {item.source_number: item.source for item in shown}
        self._known: set[str] = set()
        self._begun = False

    def take(self, line: str) -> TableDelta | None:
        """Return what to send for a line: a row if a source has it, with its cells; else None.

        A cell that does not stand in the row's source as it is written is left out.
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
        number = next(self._about(cells[0]), 0)
        if not number:
            return None
        text = _as_one_line(self._sources[number].whole_text)
        checked = tuple(cell if _stands_in(cell, text) else MISSING for cell in cells[1:])
        if all(cell == MISSING for cell in checked):
            return None
        return TableRow(cells=[cells[0], *checked], source_numbers=[number])

    def _about(self, subject: str) -> Iterator[int]:
        """Yield the sources that have all words of a row's first cell, those in a title first."""
        words = stems(subject)

        def is_in_title(number: int) -> bool:
            source = self._sources[number]
            return words <= stems(" ".join((source.title, *source.headings)))

        if words:
            order = sorted(self._sources, key=lambda number: not is_in_title(number))
            yield from (n for n in order if words <= stems(self._sources[n].whole_text))


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
