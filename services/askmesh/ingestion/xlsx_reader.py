"""Excel: the one module that knows its library."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from io import BytesIO

from openpyxl import load_workbook

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import Block, Heading, ReadDocument
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.tables import rows_with_headers
from askmesh.ingestion.zip_guard import check_unpacked_size

MAX_ROWS = 200_000
MAX_COLUMNS = 500


def read_xlsx(content: bytes) -> ReadDocument:
    """Return the rows of every sheet, with the names of their columns; values, not formulas."""
    check_unpacked_size(content)
    workbook = load_workbook(BytesIO(content), read_only=True, data_only=True)
    facts = workbook.properties
    fields = {
        "author": facts.creator if facts.creator != "openpyxl" else "",
        "date": facts.created.date().isoformat() if facts.created else "",
        "keywords": facts.keywords or "",
    }
    blocks: list[Block] = []
    for sheet in workbook.worksheets:
        rows = sheet.iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS + 1, values_only=True)
        blocks += _sheet(sheet.title, rows)
    attributes = attributes_of({name: value or "" for name, value in fields.items()})
    return ReadDocument(facts.title or "", tuple(blocks), attributes)


def _sheet(title: str, rows: Iterable[Iterable[object]]) -> Iterator[Block]:
    filled = [row for each in rows if any(row := [_text(value) for value in each])]
    if len(filled) > MAX_ROWS:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", f"A sheet has more than {MAX_ROWS} rows.")
    yield Heading(1, title)
    # A title or two may stand above the names of the columns.
    above = 0
    while above < len(filled) - 1 and sum(map(bool, filled[above])) == 1:
        yield from rows_with_headers([], filled[above : above + 1])
        above += 1
    table = filled[above:]
    yield from rows_with_headers(table[:1] if len(table) > 1 else [], table[1:] or table)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
