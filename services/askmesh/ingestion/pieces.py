"""Blocks with the headings above them, and how several make one text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import takewhile

from askmesh.ingestion.blocks import Block, Body, Heading
from askmesh.ingestion.cutting import size_of

GAP = "\n\n"
"""What stands between the blocks of a text."""

_END = Heading(0, "")
_MAX_HEADING_CHARS = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, or a part of one, with the headings above it, outermost first."""

    headings: tuple[str, ...]
    text: str


def pieces_of(blocks: Iterable[Block]) -> Iterator[Piece]:
    """Yield the bodies with their headings; a heading with nothing below it is a body itself."""
    path: list[Heading] = []
    carried = 0  # How many headings of the path stand above some body.
    for block in (*filter(_has_text, blocks), _END):
        if isinstance(block, Body) or len(block.text) > _MAX_HEADING_CHARS:
            carried = len(path)
            yield Piece(_texts(path), block.text)
            continue
        kept = [heading for heading in path if heading.level < block.level]
        if len(kept) < len(path):
            if carried < len(path):
                yield Piece(_texts(path[:-1]), path[-1].text)
            carried = len(kept)
        path = [*kept, block]


def size_together(pieces: Sequence[Piece]) -> int:
    """Return the size of the text that `pieces` make."""
    return size_of(text_of(pieces))


def text_of(pieces: Sequence[Piece]) -> str:
    """Return `pieces` as one text; headings that are not above all of it stand inside."""
    above = common_headings(pieces)
    parts: list[str] = []
    for piece in pieces:
        parts += piece.headings[len(shared_headings(above, piece.headings)) :]
        parts.append(piece.text)
        above = piece.headings
    return GAP.join(parts)


def common_headings(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """Return the headings that stand above all of `pieces`."""
    return reduce(shared_headings, (piece.headings for piece in pieces))


def shared_headings(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return the headings with which both begin."""
    pairs = zip(first, second, strict=False)
    return tuple(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _has_text(block: Block) -> bool:
    return bool(block.text.strip())


def _texts(path: Iterable[Heading]) -> tuple[str, ...]:
    return tuple(heading.text for heading in path)
