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
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.zip_guard import check_unpacked_size

_CONTAINER, _LOCKS = "META-INF/container.xml", "META-INF/encryption.xml"
_FACTS = {"author": "creator", "date": "date", "language": "language", "keywords": "subject"}


def read_epub(content: bytes) -> ReadDocument:
    """Return the chapters in the order of the book."""
    check_unpacked_size(content)
    with ZipFile(BytesIO(content)) as archive:
        container = _parsed(archive.read(_CONTAINER))
        package_name = container.xpath("//*[local-name()='rootfile']/@full-path")[0]
        package = _parsed(archive.read(package_name))
        chapters = _chapters(package, dirname(package_name))
        _check_locks(archive, chapters)
        missing = [name for name in chapters if name not in archive.namelist()]
        blocks = tuple(_blocks(archive, [name for name in chapters if name not in missing]))
    fields = {name: _text(package, element) for name, element in _FACTS.items()}
    notices = [f"{len(missing)} of its {len(chapters)} chapters are not in it."] if missing else []
    title = _text(package, "title") or first_heading(blocks)
    return ReadDocument(title, blocks, attributes_of(fields), tuple(notices))


def _chapters(package: etree._Element, folder: str) -> list[str]:
    """Return the names of the pages, in the order of the book."""
    names = {item.get("id"): item.get("href") for item in package.xpath("//*[local-name()='item']")}
    found = (names.get(each.get("idref")) for each in package.xpath("//*[local-name()='itemref']"))
    return [normpath(join(folder, unquote(name))) for name in found if name]


def _check_locks(archive: ZipFile, chapters: list[str]) -> None:
    """Raise `DocumentRefusedError` if chapters are encrypted; fonts of open books may be."""
    if _LOCKS in archive.namelist():
        locked = _parsed(archive.read(_LOCKS)).xpath("//*[local-name()='CipherReference']/@URI")
        if set(chapters) & set(map(unquote, locked)):
            raise DocumentRefusedError("CONTENT_UNREADABLE", "It is protected against copying.")


def _blocks(archive: ZipFile, chapters: list[str]) -> Iterator[Block]:
    for name in chapters:
        yield from blocks_of_html(decoded(archive.read(name), may_declare=True).text)


def _text(package: etree._Element, name: str) -> str:
    found = package.xpath(f"//*[local-name()='metadata']/*[local-name()='{name}']/text()")
    several = found if name in {"creator", "subject"} else found[:1]
    return ", ".join(str(each).strip() for each in several)


def _parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
