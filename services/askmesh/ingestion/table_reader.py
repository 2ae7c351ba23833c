"""CSV and TSV: tables in text."""

import csv
import re
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
    if declared := _DECLARED.match(text):
        return _rows(text[declared.end() :], declared.group(1))
    try:
        dialect = csv.Sniffer().sniff(text[:_SAMPLE_CHARS], _DELIMITERS)
    except csv.Error:
        return _rows(text, ",")
    return _rows(text, dialect.delimiter)


def read_tsv(text: str) -> ReadDocument:
    """Return the rows; the first one names the columns."""
    return _rows(text, "\t")


def _rows(text: str, delimiter: str) -> ReadDocument:
    csv.field_size_limit(MAX_CONTENT_BYTES)  # of the process, which reads documents only
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    if len(rows) > MAX_ROWS:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", f"It has more than {MAX_ROWS:,} rows.")
    return ReadDocument("", tuple(blocks_of_sheet(rows)))
