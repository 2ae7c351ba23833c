"""CSV and TSV: tables in text."""

import csv
import re
from collections import Counter
from io import StringIO

from askmesh.ingestion.blocks import ReadDocument
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.sheets import blocks_of_sheet
from askmesh.uploads import MAX_CONTENT_BYTES

MAX_ROWS = 1_000_000
_SAMPLE_CHARS = 64 * 1024
_DECLARED = re.compile(r"sep=(.)\n")  # as spreadsheets write it
_DELIMITERS = ",;\t|"


def read_csv(text: str) -> ReadDocument:
    """Return the rows; the first one names the columns. What divides values is found out."""
    csv.field_size_limit(MAX_CONTENT_BYTES)  # of the process, which reads documents only
    if declared := _DECLARED.match(text):
        return _rows(text[declared.end() :], declared.group(1))
    return _rows(text, _delimiter(text[:_SAMPLE_CHARS]))


def read_tsv(text: str) -> ReadDocument:
    """Return the rows; the first one names the columns."""
    csv.field_size_limit(MAX_CONTENT_BYTES)  # as above
    return _rows(text, "\t")


def _delimiter(sample: str) -> str:
    """Return what divides the values: most rows have equally many with it, and as many as can be.

    What stands above a table has other numbers of them.
    """
    best, chosen = (0.0, 0), ","
    for delimiter in _DELIMITERS:
        rows = csv.reader(StringIO(sample), delimiter=delimiter)
        widths = Counter(len(row) for row in rows if row)
        width, count = max(
            ((w, n) for w, n in widths.items() if w > 1), key=_is_usual, default=(1, 0)
        )
        share = round(count / max(1, widths.total()), 1)
        if count and (share, width) > best:
            best, chosen = (share, width), delimiter
    return chosen


def _is_usual(width: tuple[int, int]) -> tuple[int, int]:
    return width[1], width[0]


def _rows(text: str, delimiter: str) -> ReadDocument:
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    if len(rows) > MAX_ROWS:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", f"It has more than {MAX_ROWS:,} rows.")
    return ReadDocument("", tuple(blocks_of_sheet(rows)))
