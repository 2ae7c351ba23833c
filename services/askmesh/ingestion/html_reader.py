"""HTML, reduced to its headings, paragraphs, lists, tables and code."""

from collections.abc import Iterator, Mapping
from itertools import chain

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import Block, ReadDocument, first_heading
from askmesh.ingestion.html_blocks import BlockCollector
from askmesh.ingestion.html_content import content_of, without_surroundings
from askmesh.ingestion.html_tree import Element, parse_html
from askmesh.ingestion.html_unseen import Unseen
from askmesh.ingestion.refusals import DocumentRefusedError

MAX_TAGS = 500_000
_FIELDS = {
    "author": "author",
    "article:author": "author",
    "dc.creator": "author",
    "date": "date",
    "article:published_time": "date",
    "dc.date": "date",
    "dcterms.created": "date",
    "keywords": "tags",
}


def read_html(text: str) -> ReadDocument:
    """Return the blocks of a page, without what is not its content, such as scripts and menus."""
    page = _parsed(text)
    fields = dict(_fields(page))
    title = _title(page) or fields.get("og:title", "")
    blocks = _blocks(page)
    return ReadDocument(title or first_heading(blocks), blocks, _attributes(page, fields))


def blocks_of_html(text: str) -> tuple[Block, ...]:
    """Return the blocks of a page or a part of one."""
    return _blocks(_parsed(text))


def _parsed(text: str) -> Element:
    if text.count("<") > MAX_TAGS:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", f"It has more than {MAX_TAGS} tags.")
    return parse_html(text)


def _blocks(page: Element) -> tuple[Block, ...]:
    content = content_of(page)
    without_surroundings(content, Unseen(page))
    return BlockCollector().blocks_of(content)


def _title(page: Element) -> str:
    titles = (each for each in page.elements() if each.name == "title")
    return next((title for each in titles if (title := " ".join(each.text().split()))), "")


def _fields(page: Element) -> Iterator[tuple[str, str]]:
    for element in page.elements():
        if element.name == "meta":
            name = element.attributes.get("name") or element.attributes.get("property", "")
            yield name.lower(), element.attributes.get("content", "")


def _attributes(page: Element, fields: Mapping[str, str]) -> dict[str, str]:
    named = ((_FIELDS[name], value) for name, value in fields.items() if name in _FIELDS)
    languages = (each.attributes.get("lang", "") for each in page.elements() if each.name == "html")
    return attributes_of(dict(chain((("language", each) for each in languages), named)))
