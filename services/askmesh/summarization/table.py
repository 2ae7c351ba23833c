"""Rows of a table out of lines that a language model wrote, and checked like sentences."""

import re
from collections.abc import Sequence

from askmesh.summarization.citations import take_marks, without_lookalikes
from askmesh.summarization.evidence import EvidenceSentence
from askmesh.summarization.support import Grounds
from askmesh.summarization.values import TableDelta, TableRow

DEFAULT_COLUMNS = ("Subject", "Statement")
EVIDENCE_COLUMNS = ("Source", "Statement")
MAX_ROWS = 20

_RULE = re.compile(r"[\s|:+=-]*")


def parse_row(line: str, columns: Sequence[str]) -> tuple[str, ...] | None:
    """Return the cells of a line, as many as there are columns; None if it is no such row.

    Headers, rules and marks of sources are not rows or parts of them.
    """
    text, _ = take_marks(line)
    if "|" not in text or _RULE.fullmatch(text):
        return None
    cells = tuple(" ".join(cell.split()) for cell in text.strip().strip("|").split("|"))
    cells = tuple(cell.strip("*_` ") for cell in cells)
    is_header = [cell.lower() for cell in cells] == [column.lower() for column in columns]
    return cells if len(cells) == len(columns) and all(cells) and not is_header else None


def check_row(cells: tuple[str, ...], grounds: Grounds[EvidenceSentence]) -> TableRow | None:
    """Return the row with the sources that support all of its cells together, or None."""
    verdict = grounds.check("; ".join(cells), is_sentence=False)
    if verdict.fault:
        return None
    numbers = dict.fromkeys(item.source_number for item in verdict.units)
    return TableRow(cells, tuple(numbers))


class CheckedTable:
    """Checks the lines of one table."""

    def __init__(self, columns: Sequence[str], grounds: Grounds[EvidenceSentence]) -> None:
        self._columns = tuple(columns)
        self._grounds = grounds
        self._known: set[tuple[str, ...]] = set()

    def take(self, line: str) -> TableDelta | None:
        """Return what to send for a line: a row if it is one, supported and new; else None."""
        cells = parse_row(line, self._columns)
        row = check_row(cells, self._grounds) if cells and cells not in self._known else None
        if row is None:
            return None
        header = () if self._known else self._columns
        self._known.add(row.cells)
        return TableDelta(header, (row,))


def evidence_table(evidence: Sequence[EvidenceSentence]) -> TableDelta:
    """Return the evidence itself as a table, in the order of the sources."""
    ordered = sorted(evidence, key=lambda item: (item.source_number, item.start))
    rows = tuple(
        TableRow((_source_name(item), _as_one_line(item.text_in_context)), (item.source_number,))
        for item in ordered
    )
    return TableDelta(EVIDENCE_COLUMNS, rows)


def _source_name(item: EvidenceSentence) -> str:
    return item.source.title or f"Source {item.source_number}"


def _as_one_line(text: str) -> str:
    return " ".join(without_lookalikes(text).split())
