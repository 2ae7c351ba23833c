"""Word: the one module that knows its library."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportPrivateUsage=false, reportAttributeAccessIssue=false, reportMissingTypeStubs=false

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import groupby

from docx.document import Document
from docx.opc.part import PartFactory
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.package import Package
from docx.parts.document import DocumentPart

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import (
    Block,
    Paragraph,
    ReadDocument,
    first_heading,
)
from askmesh.ingestion.docx_paragraphs import Paragraphs, is_bold
from askmesh.ingestion.docx_tables import cells_of, texts_of
from askmesh.ingestion.docx_text import boxes_in, name_of, parts_of_body, shown_text
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.tables import rows_of, rows_with_headers
from askmesh.ingestion.zip_guard import check_unpacked_size

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
        self._paragraphs = Paragraphs(document)
        self._notes = dict(_notes(document.part))

    def blocks(self, parent: BaseOxmlElement) -> Iterator[Block]:
        """Yield the blocks of what stands in `parent`."""
        for width, group in groupby(parts_of_body(parent), self._width):
            parts = list(group)
            if width > 1 and len(parts) > 1:
                yield from rows_of([self._paragraphs.cells(part) for part in parts])
            for part in parts:
                if width <= 1 or len(parts) == 1:
                    yield from self._block(part)
                yield from self._beside(part)

    def _width(self, part: BaseOxmlElement) -> int:
        """Return in how many columns tabs divide a paragraph; 0 for what is none, or no text."""
        return 0 if name_of(part) == "tbl" else len(self._paragraphs.cells(part))

    def _block(self, part: BaseOxmlElement) -> Iterator[Block]:
        if name_of(part) == "tbl":
            yield from self._table(part)
        else:
            yield from self._paragraphs.blocks(part)

    def _beside(self, part: BaseOxmlElement) -> Iterator[Block]:
        """Yield the boxes and notes that hang on a part."""
        for box in boxes_in(part):
            yield from self.blocks(box)
        for reference in part.xpath(".//w:footnoteReference | .//w:endnoteReference"):
            note = self._notes.get((name_of(reference)[:3], reference.get(_ID)), "")
            yield from [Paragraph(note)] if note else []

    def _table(self, table: BaseOxmlElement) -> Iterator[Block]:
        cells = list(cells_of(table))
        if len({id(cell) for row in cells for cell in row}) == 1:  # a frame around something
            yield from self.blocks(cells[0][0])
            return
        rows = list(map(texts_of, cells))
        heads = len(table.xpath("./w:tr[w:trPr/w:tblHeader]")) or int(_is_bold_above(cells))
        if 0 < heads < len(rows):
            yield from rows_with_headers(rows[:heads], rows[heads:])
        else:
            yield from rows_of(rows)


def _is_bold_above(cells: Sequence[Sequence[BaseOxmlElement]]) -> bool:
    """Tell whether the cells of the first row alone are in bold letters."""
    bold = [all(map(is_bold, row)) for row in cells[:2]]
    return bold == [True, False] and len({id(cell) for cell in cells[0]}) > 1


def _notes(part: DocumentPart) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the texts of footnotes and endnotes, by their kinds and numbers."""
    for relation in part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in {"footnotes", "endnotes"} and not relation.is_external:
            for note in parse_xml(relation.target_part.blob):
                text = " ".join(" ".join(map(shown_text, parts_of_body(note))).split())
                yield (kind[:3], note.get(_ID)), text
