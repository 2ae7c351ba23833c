"""Word: the one module that knows its library."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportPrivateUsage=false, reportAttributeAccessIssue=false, reportMissingTypeStubs=false

import re
from collections.abc import Iterator
from io import BytesIO

from docx.document import Document
from docx.opc.part import PartFactory
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.package import Package
from docx.parts.document import DocumentPart
from docx.styles.style import BaseStyle, ParagraphStyle
from docx.text.paragraph import Paragraph as DocxParagraph

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import (
    Block,
    Heading,
    ListItem,
    Paragraph,
    ReadDocument,
    first_heading,
)
from askmesh.ingestion.docx_text import boxes_in, name_of, parts_of_body, shown_text
from askmesh.ingestion.lines import paragraph_of
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.tables import rows_of, rows_with_headers
from askmesh.ingestion.zip_guard import check_unpacked_size

_HEADING = re.compile(r"(?:heading (\d)|title)$", re.IGNORECASE)
_LIST = re.compile(r"list (bullet|number|paragraph)(?: (\d))?$", re.IGNORECASE)
_MAX_BASES = 8
_MAX_SPAN = 50
# Templates, and documents with programs in them, which are made as documents are.
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_MACROS = "application/vnd.ms-word.{}.macroEnabled{}.main+xml"
_ID = qn("w:id")
PartFactory.part_type_for.update(
    dict.fromkeys(
        [_WORD, _MACROS.format("document", ""), _MACROS.format("template", "Template")],
        DocumentPart,
    )
)


def read_docx(content: bytes) -> ReadDocument:
    """Return headings, paragraphs, lists, tables, boxes and notes, in their order."""
    check_unpacked_size(content)
    part = Package.open(BytesIO(content)).main_document_part
    if not isinstance(part, DocumentPart):
        raise DocumentRefusedError("CONTENT_UNREADABLE", "It is no Word document.")
    document = part.document
    blocks = tuple(_Reader(document).blocks(document.element.body))
    facts = document.core_properties
    fields = {
        "author": facts.author or "",
        "date": facts.created.date().isoformat() if facts.created else "",
        "keywords": facts.keywords or "",
        "language": facts.language or "",
    }
    return ReadDocument(facts.title or first_heading(blocks), blocks, attributes_of(fields))


class _Reader:
    """Reads the parts of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._notes = dict(_notes(document.part))

    def blocks(self, parent: BaseOxmlElement) -> Iterator[Block]:
        """Yield the blocks of what stands in `parent`."""
        for part in parts_of_body(parent):
            if name_of(part) == "tbl":
                yield from self._table(part)
            else:
                yield from _paragraph(DocxParagraph(part, self._document._body))  # noqa: SLF001 - knows the styles
            for box in boxes_in(part):
                yield from self.blocks(box)
            for reference in part.xpath(".//w:footnoteReference | .//w:endnoteReference"):
                note = self._notes.get((name_of(reference)[:3], reference.get(_ID)), "")
                yield from [Paragraph(note)] if note else []

    def _table(self, table: BaseOxmlElement) -> Iterator[Block]:
        cells = list(_cells_of(table))
        if len({id(cell) for row in cells for cell in row}) == 1:  # a frame around something
            yield from self.blocks(cells[0][0])
            return
        rows = [[_text_of(cell) for cell in row] for row in cells]
        heads = len(table.xpath("./w:tr[w:trPr/w:tblHeader]"))
        if 0 < heads < len(rows):
            yield from rows_with_headers(rows[:heads], rows[heads:])
        else:
            yield from rows_of(rows)


def _cells_of(table: BaseOxmlElement) -> Iterator[list[BaseOxmlElement]]:
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


def _paragraph(paragraph: DocxParagraph) -> Iterator[Block]:
    shown = shown_text(paragraph._p)  # noqa: SLF001 - the library leaves controls and changes out
    text = " ".join(shown.split())
    if not text:
        return
    heading, item = _named(paragraph, _HEADING), _named(paragraph, _LIST)
    if heading:
        yield Heading(int(heading.group(1) or 1), text)
    elif item or _is_numbered(paragraph):
        depth = int(item.group(2) or 1) - 1 if item else _depth(paragraph)
        yield ListItem(text, depth)
    else:
        yield from paragraph_of(shown.split("\n"))


def _named(paragraph: DocxParagraph, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """Return how the style matches, or one that it is based on, as those of organisations are."""
    style: BaseStyle | None = paragraph.style
    for _ in range(_MAX_BASES):
        if not isinstance(style, ParagraphStyle):
            break
        if match := pattern.match(style.name or ""):
            return match
        style = style.base_style
    return None


def _is_numbered(paragraph: DocxParagraph) -> bool:
    properties = paragraph._p.pPr  # noqa: SLF001 - the library shows lists no other way
    return properties is not None and properties.numPr is not None


def _depth(paragraph: DocxParagraph) -> int:
    levels = paragraph._p.xpath("./w:pPr/w:numPr/w:ilvl/@w:val")  # noqa: SLF001 - as above
    return int(levels[0]) if levels else 0


def _text_of(cell: BaseOxmlElement) -> str:
    """Return the text of a cell, with that of the tables in it."""
    within = (
        _text_of(part) if name_of(part) == "tbl" else shown_text(part)
        for parent in ([cell] if name_of(cell) == "tc" else cell.xpath("./w:tr/w:tc"))
        for part in parts_of_body(parent)
    )
    return " ".join(filter(None, within))


def _notes(part: DocumentPart) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the texts of footnotes and endnotes, by their kinds and numbers."""
    for relation in part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in {"footnotes", "endnotes"} and not relation.is_external:
            for note in parse_xml(relation.target_part.blob):
                text = " ".join(" ".join(map(shown_text, parts_of_body(note))).split())
                yield (kind[:3], note.get(_ID)), text
