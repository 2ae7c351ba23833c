"""PowerPoint: the one module that knows its library."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from pptx.package import Package
from pptx.shapes.base import BaseShape
from pptx.shapes.group import GroupShape
from pptx.slide import Slide

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import (
    Block,
    Heading,
    ListItem,
    Paragraph,
    ReadDocument,
    first_heading,
)
from askmesh.ingestion.tables import Cell, rows_of, rows_with_headers, spread
from askmesh.ingestion.zip_guard import check_unpacked_size


def read_pptx(content: bytes) -> ReadDocument:
    """Return every slide below its title, with its tables, charts and notes."""
    check_unpacked_size(content)
    # `pptx.Presentation` takes neither slide shows nor templates.
    presentation = Package.open(BytesIO(content)).main_document_part.presentation
    blocks = tuple(block for slide in presentation.slides for block in _slide(slide))
    facts = presentation.core_properties
    fields = {
        "author": facts.author or "",
        "date": facts.created.date().isoformat() if facts.created else "",
        "keywords": facts.keywords or "",
    }
    return ReadDocument(facts.title or first_heading(blocks), blocks, attributes_of(fields))


def _slide(slide: Slide) -> Iterator[Block]:
    title = slide.shapes.title
    if title is not None and title.has_text_frame and title.text_frame.text.strip():
        yield Heading(1, " ".join(title.text_frame.text.split()))
    for shape in _shapes(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            yield from _shape(shape)
    if slide.has_notes_slide:
        frame = slide.notes_slide.notes_text_frame
        notes = frame.text if frame is not None else ""
        yield from (Paragraph(line) for line in notes.splitlines() if line.strip())


def _shapes(shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
    for shape in shapes:
        if isinstance(shape, GroupShape):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _shape(shape: Any) -> Iterator[Block]:  # noqa: ANN401 - the library types few of its shapes
    if getattr(shape, "has_table", False):
        rows = spread(_cells(row) for row in shape.table.rows)
        yield from rows_of([[cell.text for cell in row] for row in rows])
    elif getattr(shape, "has_chart", False):
        yield from _chart(shape.chart)
    elif shape.has_text_frame:
        paragraphs = [each for each in shape.text_frame.paragraphs if each.text.strip()]
        for paragraph in paragraphs:
            text = " ".join(paragraph.text.split())
            yield ListItem(text, paragraph.level) if len(paragraphs) > 1 else Paragraph(text)


def _cells(row: Any) -> Iterator[Cell]:  # noqa: ANN401 - as above
    for cell in row.cells:
        if cell.is_merge_origin:
            yield Cell(cell.text, cell.span_width, cell.span_height)
        elif not cell.is_spanned:
            yield Cell(cell.text)


def _chart(chart: Any) -> Iterator[Block]:  # noqa: ANN401 - as above
    """Yield the numbers that a chart draws, in a row for each of its categories."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield Paragraph(" ".join(chart.chart_title.text_frame.text.split()))
    for plot in chart.plots:
        series = list(plot.series)
        columns = [list(plot.categories), *(each.values for each in series)]
        rows = [list(map(_value, row)) for row in zip(*columns)]  # noqa: B905 - some may lack values
        yield from rows_with_headers([["", *(each.name for each in series)]], rows)


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)
