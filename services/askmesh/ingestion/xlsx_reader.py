"""Excel: the one module that knows its library."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils import column_index_from_string

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import Block, Heading, ReadDocument
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.sheets import blocks_of_sheet
from askmesh.ingestion.table_sections import Spanned
from askmesh.ingestion.zip_guard import check_unpacked_size

MAX_ROWS = 200_000
MAX_COLUMNS = 500
_MAX_MERGED = 100_000
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
_UNCOUNTED = re.compile(
    rb"</(?:\w+:)?f>(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_UNIT = re.compile(r'[0#?][ \\]*"\s*([^\W\d][^"]{0,9})"[^0#]*(?:;|$)')  # as in 0.0" kg"
_CURRENCY = re.compile(r"\[\$([^\]-]+)|([\u20ac\u00a3\u00a5])|(?<!\[)(\$)")


def read_xlsx(content: bytes) -> ReadDocument:
    """Return the rows of every sheet, with the names of their columns; values, not formulas."""
    check_unpacked_size(content)
    workbook = load_workbook(BytesIO(content), read_only=True, data_only=True)
    facts = workbook.properties
    fields = {
        "author": facts.creator,
        "date": facts.created.date().isoformat() if facts.created else "",
        "keywords": facts.keywords,
    }
    blocks: list[Block] = []
    uncounted = 0
    for sheet in workbook.worksheets:
        xml = _xml(workbook, sheet)
        uncounted += len(_UNCOUNTED.findall(xml))
        if filled := tuple(blocks_of_sheet(_rows(sheet, xml))):
            blocks += (Heading(1, sheet.title), *filled)
    attributes = attributes_of({name: value or "" for name, value in fields.items()})
    return ReadDocument(facts.title or "", tuple(blocks), attributes, tuple(_told(uncounted)))


def _told(uncounted: int) -> Iterator[str]:
    if uncounted:
        yield (
            f"{uncounted} of its formulas have no values in it: open it in a spreadsheet program "
            "and save it, then ingest that."
        )


def _xml(workbook: Workbook, sheet: Any) -> bytes:  # noqa: ANN401 - of the library, without types
    """Return a sheet as it is written: what is read row by row does not tell which cells span."""
    xml: bytes = workbook._archive.read(sheet._worksheet_path)  # noqa: SLF001 - nothing else knows
    return xml


def _rows(sheet: Any, xml: bytes) -> list[list[str]]:  # noqa: ANN401 - as above
    # A sheet need not tell its width; then its rows are as wide as they are filled.
    is_wide = (sheet.max_column or 0) > MAX_COLUMNS
    found = sheet.iter_rows(max_col=MAX_COLUMNS if is_wide else None, max_row=MAX_ROWS + 1)
    rows = [[_text(cell) for cell in row[:MAX_COLUMNS]] for row in found]
    if len(rows) > MAX_ROWS and any(rows[-1]):
        raise DocumentRefusedError("CONTENT_TOO_LARGE", f"A sheet has more than {MAX_ROWS:,} rows.")
    room = _MAX_MERGED
    for match in _MERGED.finditer(xml):
        first, top, last, bottom = (each.decode() for each in match.groups())
        left, right = column_index_from_string(first), column_index_from_string(last)
        places = [
            (row, column)
            for row in rows[int(top) - 1 : int(bottom)]
            for column in range(left - 1, min(right, len(row)))
        ][:room]
        for row, column in places:
            text = rows[int(top) - 1][left - 1]
            row[column] = row[column] or (Spanned(text) if column >= left else text)
        room -= len(places)
    return [row[: _width(row)] for row in rows]


def _width(row: list[str]) -> int:
    return max((at for at, text in enumerate(row, start=1) if text), default=0)


def _text(cell: Any) -> str:  # noqa: ANN401 - as above
    match cell.value:
        case None:
            return ""
        case date() | time() | timedelta() as value:
            return _moment(value)
        case bool() as value:
            return str(value)
        case int() | float() as value:
            return _number(value, cell.number_format or "")
        case value:
            return str(value)


def _number(value: float, form: str) -> str:
    """Return a number as its form shows it: percent and currencies, with all digits it has."""
    if "%" in form:
        return f"{value * 100:.12g} %"
    shown = _CURRENCY.search(form) or _UNIT.search(form)
    unit = next(filter(None, shown.groups()), "") if shown else ""
    return f"{value:.15g} {unit}".strip()


def _moment(value: date | time | timedelta) -> str:
    match value:
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case time():
            return value.isoformat("seconds" if value.second else "minutes")
        case timedelta():
            return _hours(value)
        case _:
            return value.isoformat()


def _hours(value: timedelta) -> str:
    """Return a length of time in hours and minutes, as sheets show it."""
    total = round(value.total_seconds())
    sign = "-" if total < 0 else ""
    minutes, seconds = divmod(abs(total), 60)
    shown = f"{sign}{minutes // 60}:{minutes % 60:02}"
    return f"{shown}:{seconds:02}" if seconds else shown
