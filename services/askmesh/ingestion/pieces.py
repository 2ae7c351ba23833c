"""Blocks with the headings above them, and how several make one text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import takewhile

from askmesh.ingestion.blocks import (
    Block,
    Code,
    Grouped,
    Heading,
    ListItem,
    Paragraph,
    introduces,
)
from askmesh.ingestion.cutting import size_of

GAP = "\n\n"
"""What stands between the blocks of a text."""

_END = Heading(0, "")
_MAX_HEADING_CHARS = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, or a part of one, with the headings above it, outermost first.

    A piece that `joins` goes on with what stands before it: on the next line. `context` is what
    introduced it, to be said again where a text begins with it. `opens` tells that it introduces
    what follows.
    """

    headings: tuple[str, ...]
    block: Block
    joins: bool = False
    context: str = ""
    opens: bool = False

    @property
    def text(self) -> str:
        """The piece as it stands in the text of a passage."""
        match self.block:
            case ListItem():
                return self.block.marker + self.block.text
            case Code(text, language):
                fence = "````" if "```" in text else "```"
                return f"{fence}{language}\n{text}\n{fence}"
            case _:
                return self.block.text


def pieces_of(blocks: Iterable[Block]) -> Iterator[Piece]:
    """Yield the blocks below headings; a heading with nothing below it is a paragraph."""
    before: Piece | None = None
    lead_in = ""
    parents: list[ListItem] = []
    for headings, block in _below_headings(blocks):
        above = before if before is not None and before.headings == headings else None
        joins = (
            isinstance(block, Grouped) and above is not None and type(above.block) is type(block)
        )
        if not joins:
            lead_in = above.text if above is not None and above.opens else ""
            parents = []
        if isinstance(block, ListItem):
            parents = [item for item in parents if item.depth < block.depth]
        introduced = isinstance(block, Grouped | Code)
        context = _context(lead_in, parents) if introduced else ""
        before = Piece(headings, block, joins, context, introduces(block))
        yield before
        if isinstance(block, ListItem):
            parents.append(block)


def size_together(pieces: Sequence[Piece]) -> int:
    """Return the size of the text that `pieces` make."""
    return size_of(text_of(pieces))


def text_of(pieces: Sequence[Piece]) -> str:
    """Return `pieces` as one text; headings that are not above all of it stand inside."""
    top = len(common_headings(pieces))
    above = pieces[0].headings[:top]
    text = ""
    for number, piece in enumerate(pieces):
        known = len(shared_headings(above, piece.headings))
        for depth, heading in enumerate(piece.headings[known:], start=known - top + 1):
            text += f"{'#' * depth} {heading}{GAP}"
        text += piece.text if number else piece.context + piece.text
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        if following is not None:
            text += "\n" if following.joins and following.headings == piece.headings else GAP
        above = piece.headings
    return text


def common_headings(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """Return the headings that stand above all of `pieces`."""
    return reduce(shared_headings, (piece.headings for piece in pieces))


def shared_headings(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return the headings with which both begin."""
    pairs = zip(first, second, strict=False)
    return tuple(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _below_headings(blocks: Iterable[Block]) -> Iterator[tuple[tuple[str, ...], Block]]:
    path: list[Heading] = []
    carried = 0  # How many headings of the path stand above some body.
    for block in (*filter(_has_text, blocks), _END):
        if not isinstance(block, Heading):
            carried = len(path)
            yield _texts(path), block
            continue
        if len(block.text) > _MAX_HEADING_CHARS:
            carried = len(path)
            yield _texts(path), Paragraph(block.text)
            continue
        kept = [heading for heading in path if heading.level < block.level]
        if len(kept) < len(path):
            if carried < len(path):
                yield _texts(path[:-1]), Paragraph(path[-1].text)
            carried = len(kept)
        path = [*kept, block]


def _context(lead_in: str, parents: Iterable[ListItem]) -> str:
    lines = "".join(f"{item.marker}{item.text}\n" for item in parents if introduces(item))
    return (lead_in + GAP if lead_in else "") + lines


def _has_text(block: Block) -> bool:
    return bool(block.text.strip())


def _texts(path: Iterable[Heading]) -> tuple[str, ...]:
    return tuple(heading.text for heading in path)
