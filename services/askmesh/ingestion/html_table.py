"""Tables of a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from askmesh.ingestion.blocks import Block, Paragraph
from askmesh.ingestion.html_tree import Element
from askmesh.ingestion.tables import rows_of, rows_with_headers

_NEVER_IN_CELLS = frozenset(["table", "h1", "h2", "h3", "h4", "h5", "h6", "pre"])
_MAX_SPAN = 50
_CELLS = frozenset({"td", "th"})


def is_arranging(table: Element) -> bool:
    """Tell whether a table only arranges the page: it holds what the cell of a table never does."""
    return any(each.name in _NEVER_IN_CELLS for each in table.elements() if each is not table)


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    heads: bool


class HtmlTable:
    """One table, in rows of as many cells as they span."""

    def __init__(self, table: Element) -> None:
        self._table = table

    def blocks(self) -> Iterator[Block]:
        """Yield the caption and the rows."""
        for element in self._table.elements():
            if element.name == "caption" and (caption := " ".join(element.text().split())):
                yield Paragraph(caption)
        rows = list(self._rows())
        heads = list(takewhile(lambda row: all(cell.heads for cell in row), rows))
        texts = [[cell.text for cell in row] for row in rows]
        if heads and len(heads) < len(rows):
            yield from rows_with_headers(texts[: len(heads)], texts[len(heads) :])
        else:
            yield from rows_of(texts)

    def _rows(self) -> Iterator[list[_Cell]]:
        below: dict[int, tuple[_Cell, int]] = {}  # by column: a cell that goes on below
        for row in (each for each in self._table.elements() if each.name == "tr"):
            cells: list[_Cell] = []
            for element in row.children:
                if isinstance(element, Element) and element.name in _CELLS:
                    _add_spanning(cells, below)
                    cell = _Cell(_text(element), element.name == "th")
                    for _ in range(_span(element, "colspan")):
                        if (rows := _span(element, "rowspan")) > 1:
                            below[len(cells)] = (cell, rows - 1)
                        cells.append(cell)
            _add_spanning(cells, below)
            if any(cell.text for cell in cells):
                yield cells


def _add_spanning(cells: list[_Cell], below: dict[int, tuple[_Cell, int]]) -> None:
    while len(cells) in below:
        cell, rows = below.pop(len(cells))
        if rows > 1:
            below[len(cells)] = (cell, rows - 1)
        cells.append(cell)


def _text(element: Element) -> str:
    texts: list[str] = []
    stack: list[Element | str] = [element]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            texts.append(node)
            continue
        if node.name in {"br", "p", "div", "li"}:
            texts.append(" ")
        stack.extend(reversed(node.children))
    return " ".join("".join(texts).split())


def _span(element: Element, name: str) -> int:
    text = element.attributes.get(name, "")
    return min(int(text), _MAX_SPAN) if text.isdecimal() and text != "0" else 1
