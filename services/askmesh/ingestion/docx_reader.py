"""Word: the one module that knows its library."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportPrivateUsage=false, reportAttributeAccessIssue=false, reportMissingTypeStubs=false

import re
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph as DocxParagraph

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import Block, Heading, ListItem, ReadDocument, first_heading
from askmesh.ingestion.lines import paragraph_of
from askmesh.ingestion.tables import rows_of
from askmesh.ingestion.zip_guard import check_unpacked_size

_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_LIST = re.compile(r"list (bullet|number|paragraph)(?: (\d))?$", re.IGNORECASE)


def read_docx(content: bytes) -> ReadDocument:
    """Return headings, paragraphs, lists and tables, in their order."""
    check_unpacked_size(content)
    document = docx.Document(BytesIO(content))
    blocks = tuple(_blocks(document))
    facts = document.core_properties
    fields = {
        "author": facts.author or "",
        "date": facts.created.date().isoformat() if facts.created else "",
        "keywords": facts.keywords or "",
        "language": facts.language or "",
    }
    return ReadDocument(facts.title or first_heading(blocks), blocks, attributes_of(fields))


def _blocks(document: Document) -> Iterator[Block]:
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from rows_of([[cell.text for cell in row.cells] for row in part.rows])
        else:
            yield from _paragraph(part)


def _paragraph(paragraph: DocxParagraph) -> Iterator[Block]:
    style = (paragraph.style.name or "") if paragraph.style else ""
    text = " ".join(paragraph.text.split())
    if not text:
        return
    heading, item = _HEADING.match(style), _LIST.match(style)
    if style == "Title" or heading:
        yield Heading(int(heading.group(1)) if heading else 1, text)
    elif item or _is_numbered(paragraph):
        depth = int(item.group(2) or 1) - 1 if item else _depth(paragraph)
        yield ListItem(text, depth)
    else:
        yield from paragraph_of(paragraph.text.split("\n"))


def _is_numbered(paragraph: DocxParagraph) -> bool:
    properties = paragraph._p.pPr  # noqa: SLF001 - the library shows lists no other way
    return properties is not None and properties.numPr is not None


def _depth(paragraph: DocxParagraph) -> int:
    levels = paragraph._p.xpath("./w:pPr/w:numPr/w:ilvl/@w:val")  # noqa: SLF001 - as above
    return int(levels[0]) if levels else 0
