"""EPUB: chapters that are pages of HTML in an archive."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false

from collections.abc import Iterator
from io import BytesIO
from posixpath import dirname, join, normpath
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import Block, ReadDocument, first_heading
from askmesh.ingestion.decoding import decoded
from askmesh.ingestion.html_reader import blocks_of_html
from askmesh.ingestion.zip_guard import check_unpacked_size

_CONTAINER = "META-INF/container.xml"
_FACTS = {"author": "creator", "date": "date", "language": "language", "keywords": "subject"}


def read_epub(content: bytes) -> ReadDocument:
    """Return the chapters in the order of the book."""
    check_unpacked_size(content)
    with ZipFile(BytesIO(content)) as archive:
        container = _parsed(archive.read(_CONTAINER))
        package_name = container.xpath("//*[local-name()='rootfile']/@full-path")[0]
        package = _parsed(archive.read(package_name))
        blocks = tuple(_chapters(archive, package, dirname(package_name)))
    fields = {name: _text(package, element) for name, element in _FACTS.items()}
    title = _text(package, "title") or first_heading(blocks)
    return ReadDocument(title, blocks, attributes_of(fields))


def _chapters(archive: ZipFile, package: etree._Element, folder: str) -> Iterator[Block]:
    names = {item.get("id"): item.get("href") for item in package.xpath("//*[local-name()='item']")}
    for reference in package.xpath("//*[local-name()='itemref']"):
        name = names.get(reference.get("idref"))
        if name:
            page = archive.read(normpath(join(folder, unquote(name))))
            yield from blocks_of_html(decoded(page, may_declare=True).text)


def _text(package: etree._Element, name: str) -> str:
    found = package.xpath(f"//*[local-name()='metadata']/*[local-name()='{name}']/text()")
    return str(found[0]).strip() if found else ""


def _parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
