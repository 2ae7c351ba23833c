"""OpenDocument texts, as LibreOffice writes them."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import (
    Block,
    Heading,
    ListItem,
    Paragraph,
    ReadDocument,
    first_heading,
)
from askmesh.ingestion.lines import paragraph_of
from askmesh.ingestion.refusals import PROTECTED, DocumentRefusedError
from askmesh.ingestion.tables import Cell, rows_of, rows_with_headers, spread
from askmesh.ingestion.zip_guard import check_unpacked_size

_FACTS = {
    "author": "initial-creator",
    "creator": "creator",
    "date": "date",
    "language": "language",
    "keywords": "keyword",
}
_SPACES = {"s": " ", "tab": " ", "line-break": "\n"}
_UNSEEN = frozenset(["annotation", "tracked-changes", "note"])
_MAX_REPEATED = 50
_MANIFEST = "META-INF/manifest.xml"


def read_odt(content: bytes) -> ReadDocument:
    """Return headings, paragraphs, lists and tables, in their order."""
    check_unpacked_size(content)
    with ZipFile(BytesIO(content)) as archive:
        if _MANIFEST in archive.namelist() and b"encryption-data" in archive.read(_MANIFEST):
            raise DocumentRefusedError("CONTENT_UNREADABLE", PROTECTED)
        body = _parsed(archive.read("content.xml")).xpath("//*[local-name()='body']/*")[0]
        has_facts = "meta.xml" in archive.namelist()
        facts = _parsed(archive.read("meta.xml")) if has_facts else etree.Element("none")
    blocks = tuple(_blocks(body))
    fields = {name: _fact(facts, element) for name, element in _FACTS.items()}
    title = _fact(facts, "title") or first_heading(blocks)
    return ReadDocument(title, blocks, attributes_of(fields))


def _blocks(parent: etree._Element) -> Iterator[Block]:
    for element in parent:
        match _name(element):
            case "h":
                yield Heading(_level(element), _text(element))
            case "p":
                yield from paragraph_of(_text(element).split("\n"))
                yield from (Paragraph(" ".join(map(_text, note[-1]))) for note in _notes(element))
            case "list":
                yield from _items(element, 0)
            case "table":
                yield from _rows(element)
            case "section" | "index-body":
                yield from _blocks(element)
            case _:
                pass


def _rows(table: etree._Element) -> Iterator[Block]:
    heads = "./*[local-name()='table-header-rows']/*"
    others = "./*[local-name()='table-row'] | ./*[local-name()='table-rows']/*"
    found = [
        [cell for each in _uncovered(row) for cell in _cells(each)]
        for row in table.xpath(f"{heads} | {others}")
    ]
    rows = [[cell.text for cell in row] for row in spread(map(_trimmed, found))]
    count = len(table.xpath(heads))
    yield from rows_with_headers(rows[:count], rows[count:]) if count else rows_of(rows)


def _uncovered(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if _name(cell) == "table-cell"]


def _cells(cell: etree._Element) -> list[Cell]:
    """Return a cell as often as it is repeated, which spans nothing."""
    text = "\n".join(_text(part) for part in cell)
    repeated = int(_attribute(cell, "number-columns-repeated") or 1)
    across = int(_attribute(cell, "number-columns-spanned") or 1)
    down = int(_attribute(cell, "number-rows-spanned") or 1)
    return [Cell(text, across, down)] * min(repeated, _MAX_REPEATED)


def _trimmed(row: list[Cell]) -> list[Cell]:
    """Return a row without the cells that only fill it up to the width of the sheet."""
    filled = [at for at, cell in enumerate(row, start=1) if cell.text or cell.down > 1]
    return row[: max(filled, default=0)]


def _notes(paragraph: etree._Element) -> list[etree._Element]:
    return list(paragraph.xpath(".//*[local-name()='note']"))


def _items(parent: etree._Element, depth: int) -> Iterator[Block]:
    for part in parent.xpath("./*[local-name()='list-item']/*"):
        if _name(part) == "list":
            yield from _items(part, depth + 1)
        elif _name(part) == "h":  # numbered headings stand in lists
            yield Heading(_level(part), _text(part))
        else:
            yield ListItem(_text(part), depth)


def _text(element: etree._Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if _name(child) not in _UNSEEN:
            parts += (_SPACES.get(_name(child), ""), _text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _level(heading: etree._Element) -> int:
    return max(1, int(_attribute(heading, "outline-level") or 1))


def _attribute(element: etree._Element, name: str) -> str:
    return str(element.xpath(f"string(@*[local-name()='{name}'])"))


def _fact(facts: etree._Element, name: str) -> str:
    return str(facts.xpath(f"string(//*[local-name()='{name}'])")).strip()


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
