"""CSV and TSV: tables in text."""

import csv
from io import StringIO

from askmesh.ingestion.blocks import ReadDocument
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.tables import rows_with_headers

MAX_ROWS = 200_000
_SAMPLE_CHARS = 64 * 1024
_DELIMITERS = ",;\t|"


def read_csv(text: str) -> ReadDocument:
    """Return the rows; the first one names the columns. What divides values is found out."""
    try:
        dialect = csv.Sniffer().sniff(text[:_SAMPLE_CHARS], _DELIMITERS)
    except csv.Error:
        return _rows(text, ",")
    return _rows(text, dialect.delimiter)


def read_tsv(text: str) -> ReadDocument:
    """Return the rows; the first one names the columns."""
    return _rows(text, "\t")


def _rows(text: str, delimiter: str) -> ReadDocument:
    rows = [row for row in csv.reader(StringIO(text), delimiter=delimiter) if any(row)]
    if len(rows) > MAX_ROWS:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", f"It has more than {MAX_ROWS} rows.")
    if len(rows) == 1:
        return ReadDocument("", tuple(rows_with_headers([], rows)))
    return ReadDocument("", tuple(rows_with_headers(rows[:1], rows[1:])))
