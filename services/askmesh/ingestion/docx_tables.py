"""The cells of Word's tables."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections.abc import Iterable, Iterator
from itertools import groupby

from docx.oxml.xmlchemy import BaseOxmlElement

from askmesh.ingestion.docx_text import name_of, parts_of_body, shown_text
from askmesh.ingestion.table_sections import over_columns

_MAX_SPAN = 50


def cells_of(table: BaseOxmlElement) -> Iterator[list[BaseOxmlElement]]:
    """Yield the rows of a table: one that goes on below or across stands in each of its places."""
    above: list[BaseOxmlElement] = []
    for row in table.xpath("./w:tr | ./w:sdt/w:sdtContent/w:tr"):
        cells: list[BaseOxmlElement] = []
        for cell in row.xpath("./w:tc | ./w:sdt/w:sdtContent/w:tc"):
            spans = cell.xpath("./w:tcPr/w:gridSpan/@w:val")
            goes_on = cell.xpath("./w:tcPr/w:vMerge[not(@w:val='restart')]")
            shown = above[len(cells)] if goes_on and len(cells) < len(above) else cell
            cells += [shown] * min(int(spans[0]) if spans else 1, _MAX_SPAN)
        above = cells
        yield cells


def texts_of(row: Iterable[BaseOxmlElement]) -> list[str]:
    """Return the texts of a row of cells, that of one that spans columns in each of them."""
    spans = (list(cells) for _, cells in groupby(row, id))
    return [text for cells in spans for text in over_columns(text_of_cell(cells[0]), len(cells))]


def text_of_cell(cell: BaseOxmlElement) -> str:
    """Return the text of a cell, with that of the tables in it."""
    within = (
        text_of_cell(part) if name_of(part) == "tbl" else shown_text(part)
        for parent in ([cell] if name_of(cell) == "tc" else cell.xpath("./w:tr/w:tc"))
        for part in parts_of_body(parent)
    )
    return " ".join(filter(None, within))
