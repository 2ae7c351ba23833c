"""The parts of an HTML page in reading order: the one module that knows the parser."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

_CODE = frozenset({"script", "style", "template", "noscript", "head"})
_MENUS = frozenset({"nav", "footer", "button", "select"})
_GRAPHICS = frozenset({"svg", "canvas", "iframe", "object"})
_DROPPED = _CODE | _MENUS | _GRAPHICS
_WHOLE = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "pre", "br", "img"])
_NEVER_IN_CELLS = frozenset(["table", "h1", "h2", "h3", "h4", "h5", "h6", "pre"])


@dataclass(frozen=True, slots=True)
class Part:
    """A text, the start or end of an element, or an element that is taken whole, by its name."""

    kind: Literal["text", "start", "end", "whole"]
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page: its title, empty if it has none, and its content."""

    title: str
    content: Tag

    def parts(self) -> Iterator[Part]:
        """Yield the parts of the content, without scripts, menus and what is hidden.

        Tables that only arrange the page count as no tables. Nesting may be of any depth.
        """
        arranging = _arranging_tables(self.content)
        for node, ends in _walk(self.content):
            if not isinstance(node, Tag):
                yield from _text_part(node)
            elif node.name in _WHOLE:
                if not ends:
                    yield Part("whole", node.name, _whole_text(node))
            elif id(node) not in arranging:
                yield Part("end" if ends else "start", node.name)


def parse_html(text: str) -> Page:
    """Return the page that `text` is, its content narrowed to the main part if it names one."""
    soup = BeautifulSoup(text, "html.parser")
    title = " ".join(soup.title.get_text(" ").split()) if soup.title else ""
    mains = soup.find_all(["main"], limit=2)
    only_main = len(mains) == 1 and mains[0].get_text(strip=True)
    return Page(title, mains[0] if only_main else soup)


def _walk(content: Tag) -> Iterator[tuple[PageElement, bool]]:
    """Yield every node that counts, in reading order; tags again, with True, where they end."""
    stack: list[tuple[PageElement, bool]] = [(content, False)]
    while stack:
        node, ends = stack.pop()
        if isinstance(node, Tag) and not ends:
            if _is_dropped(node):
                continue
            stack.append((node, True))
            if node.name not in _WHOLE:
                stack.extend((child, False) for child in reversed(node.contents))
        yield node, ends


def _arranging_tables(content: Tag) -> set[int]:
    """Return the identities of the tables that hold what the cell of a table never does."""
    arranging: set[int] = set()
    around: list[Tag] = []
    for node, ends in _walk(content):
        if not isinstance(node, Tag) or node.name not in _NEVER_IN_CELLS:
            continue
        if not ends:
            arranging.update(id(table) for table in around[-1:])
        if node.name == "table":
            if ends:
                around.pop()
            else:
                around.append(node)
    return arranging


def _text_part(node: PageElement) -> Iterator[Part]:
    is_text = isinstance(node, NavigableString) and not isinstance(node, PreformattedString)
    if is_text:
        yield Part("text", "", str(node))


def _is_dropped(tag: Tag) -> bool:
    return tag.name in _DROPPED or tag.has_attr("hidden") or tag.get("aria-hidden") == "true"


def _whole_text(tag: Tag) -> str:
    if tag.name == "img":
        return str(tag.get("alt") or "")
    return "\n" if tag.name == "br" else tag.get_text()
