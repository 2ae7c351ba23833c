"""Tables of a page."""

import re
from collections.abc import Iterator
from itertools import takewhile

from askmesh.ingestion.blocks import Block, Paragraph
from askmesh.ingestion.html_tree import STRUCK, Element
from askmesh.ingestion.raised import raised
from askmesh.ingestion.tables import Cell, rows_of, rows_with_headers, spread

_NEVER_IN_CELLS = frozenset(["table", "h1", "h2", "h3", "h4", "h5", "h6", "pre"])
_CELLS = frozenset({"td", "th"})


def is_arranging(table: Element) -> bool:
    """Tell whether a table only arranges the page: it holds what the cell of a table never does."""
    return any(each.name in _NEVER_IN_CELLS for each in table.elements() if each is not table)


class HtmlTable:
    """One table, in rows of as many cells as they span."""

    def __init__(self, table: Element) -> None:
        self._table = table

    def blocks(self) -> Iterator[Block]:
        """Yield the caption and the rows."""
        for element in self._table.elements():
            if element.name == "caption" and (caption := " ".join(element.text().split())):
                yield Paragraph(caption)
        rows = [row for row in spread(self._rows()) if any(cell.text for cell in row)]
        heads = list(takewhile(lambda row: all(cell.heads for cell in row), rows))
        texts = [[cell.text for cell in row] for row in rows]
        if heads and len(heads) < len(rows):
            yield from rows_with_headers(texts[: len(heads)], texts[len(heads) :])
        else:
            yield from rows_of(texts)

    def _rows(self) -> Iterator[list[Cell]]:
        for row in (each for each in self._table.elements() if each.name == "tr"):
            cells = (each for each in row.children if isinstance(each, Element))
            yield [_cell(each) for each in cells if each.name in _CELLS]


def _cell(element: Element) -> Cell:
    across, down = _span(element, "colspan"), _span(element, "rowspan")
    return Cell(_text(element), across, down, element.name == "th")


def _text(element: Element) -> str:
    texts: list[str] = []
    stack: list[Element | str] = [element]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            texts.append(node)
            continue
        if node.name in STRUCK:
            continue
        if node.name == "sup":
            texts.append(raised(node.text()))
            continue
        if node.name in {"br", "p", "div", "li"}:
            texts.append(" ")
        stack.extend(reversed(node.children))
    return " ".join("".join(texts).split())


def _span(element: Element, name: str) -> int:
    text = element.attributes.get(name, "")
    return max(1, int(text)) if re.fullmatch(r"\d{1,6}", text) else 1
