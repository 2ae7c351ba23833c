"""Blocks that are too large for one passage, in parts that each can be read alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from askmesh.ingestion.blocks import (
    Block,
    Code,
    Heading,
    KeyValue,
    LabelledRow,
    ListItem,
    Paragraph,
)
from askmesh.ingestion.cutting import cut, size_of
from askmesh.ingestion.pieces import Piece

_T = TypeVar("_T")
_CONTEXT_SHARE = 3
_NAME_SHARE = 6
_MIN_ROOM = 3


def parts_of(piece: Piece, *, target: int, most: int) -> Iterator[Piece]:
    """Yield `piece` as it is if it fits with its context, else in parts that do.

    Parts of code are fenced like the whole, parts of a row keep its first cell and their headers,
    and parts of a list item keep its marker.
    """
    if size_of(piece.context) > most // _CONTEXT_SHARE:
        piece = replace(piece, context="")
    around = size_of(piece.context)
    if around + size_of(piece.text) <= most:
        yield piece
        return
    markup = size_of(piece.text) - size_of(piece.block.text)
    room = max(most - around - markup, most // _MIN_ROOM)
    for block in _parts(piece.block, min(target, room), room):
        yield replace(piece, block=block, opens=False)


def _parts(block: Block, target: int, most: int) -> Iterable[Block]:
    match block:
        case Code(text, language):
            return (Code(part, language) for part in _lines_together(text, most))
        case LabelledRow(cells):
            return _rows(cells, target, most)
        case ListItem(text, depth, number):
            return (ListItem(part, depth, number) for part in cut(text, target=target, most=most))
        case KeyValue(text):
            return map(KeyValue, cut(text, target=target, most=most))
        case Paragraph(text) | Heading(_, text):
            return map(Paragraph, cut(text, target=target, most=most))


def _lines_together(text: str, most: int) -> Iterator[str]:
    """Yield the lines in parts of at most `most`; lines longer than that are cut."""
    lines = (part for line in text.split("\n") for part in _line_parts(line, most))
    return (part for part in map("\n".join, _together(lines, most, size_of)) if part.strip())


def _line_parts(line: str, most: int) -> Iterable[str]:
    return [line] if size_of(line) <= most else cut(line, target=most, most=most)


def _rows(cells: Sequence[tuple[str, str]], target: int, most: int) -> Iterator[LabelledRow]:
    """Yield a row in parts, each with the first cell, which says what the row is about."""
    named = len(cells) > 1 and _size(cells[0]) <= most // _NAME_SHARE
    name = tuple(cells[:1]) if named else ()
    room = most - sum(map(_size, name))
    fitting = (part for cell in cells[len(name) :] for part in _cell_parts(cell, target, room))
    for part in _together(fitting, room, _size):
        yield LabelledRow((*name, *part))


def _size(cell: tuple[str, str]) -> int:
    return size_of(LabelledRow((cell,)).text) + 3


def _cell_parts(cell: tuple[str, str], target: int, most: int) -> Iterator[tuple[str, str]]:
    header, value = cell
    if size_of(header) > most // _CONTEXT_SHARE:
        header, value = "", f"{header}: {value}"
    room = most - size_of(header) - 4
    for part in cut(value, target=min(target, room), most=room):
        yield header, part


def _together(items: Iterable[_T], most: int, size: Callable[[_T], int]) -> Iterator[list[_T]]:
    """Yield neighbours together as long as they fit; each counts one more than its size."""
    together: list[_T] = []
    total = 0
    for item in items:
        grown = total + size(item) + 1
        if together and grown > most:
            yield together
            together, grown = [], size(item) + 1
        together.append(item)
        total = grown
    if together:
        yield together
