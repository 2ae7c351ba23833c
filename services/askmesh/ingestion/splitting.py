"""From blocks to passages: long enough to be understood, short enough to be evidence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from askmesh.ingestion.blocks import Block
from askmesh.ingestion.cutting import size_of
from askmesh.ingestion.parts import parts_of
from askmesh.ingestion.pieces import (
    GAP,
    Piece,
    common_headings,
    pieces_of,
    shared_headings,
    size_together,
    text_of,
)

VERSION = "26"
"""Changes whenever equal documents give other passages than before."""


@dataclass(frozen=True, slots=True)
class PassageLimits:
    """Sizes of passages, in characters: what to aim at, and what never to exceed."""

    target: int = 900
    most: int = 1350

    @property
    def short(self) -> int:
        """What is shorter is joined with what stands next to it, if it fits."""
        return self.target // 3


@dataclass(frozen=True, slots=True)
class SplitPassage:
    """A passage with the headings above it, outermost first."""

    headings: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document in passages, and what it says about itself.

    Notices are sentences for whoever handed the document in.
    """

    title: str
    passages: tuple[SplitPassage, ...]
    attributes: Mapping[str, str]
    notices: tuple[str, ...]


def split(blocks: Iterable[Block], limits: PassageLimits) -> list[SplitPassage]:
    """Return the passages of a document, in order. All text of the blocks is in them.

    Passages end where sections end, unless sections are so short that several make one; then
    the headings inside stand in the text. Blocks stay whole where they fit.
    """
    passages: list[list[Piece]] = []
    for _, section in groupby(_cut_pieces(blocks, limits), key=attrgetter("headings")):
        for passage in _packed(section, limits):
            if passages and _belong_together(passages[-1], passage, limits):
                passages[-1] += passage
            else:
                passages.append(passage)
    return [SplitPassage(common_headings(passage), text_of(passage)) for passage in passages]


def _cut_pieces(blocks: Iterable[Block], limits: PassageLimits) -> Iterator[Piece]:
    for piece in pieces_of(blocks):
        yield from parts_of(piece, target=limits.target, most=limits.most)


def _packed(section: Iterable[Piece], limits: PassageLimits) -> Iterator[list[Piece]]:
    """Yield the pieces of a section as passages, none of them shorter than it must be."""
    finished: list[Piece] = []
    current: list[Piece] = []
    size = 0
    for piece in section:
        grown = size + size_of(piece.text) + len(GAP) if current else size_together([piece])
        if current and grown > (limits.most if size < limits.short else limits.target):
            if finished:
                yield finished
            lead_in = _lead_in(current, piece, limits)
            finished = current[: len(current) - len(lead_in)]
            current = lead_in
            grown = size_together([*lead_in, piece])
        current.append(piece)
        size = grown
    yield from _ended(finished, current, limits)


def _ended(
    finished: list[Piece], current: list[Piece], limits: PassageLimits
) -> Iterator[list[Piece]]:
    """Yield the last two passages of a section, as one if the last is short and fits."""
    short = size_together(current) < limits.short
    if finished and short and size_together([*finished, *current]) <= limits.most:
        yield [*finished, *current]
        return
    if finished:
        yield finished
    yield current


def _lead_in(current: Sequence[Piece], piece: Piece, limits: PassageLimits) -> list[Piece]:
    """Return the last of `current`, if it only introduces `piece`, such as "For example:"."""
    last = current[-1]
    fits = size_together([last, piece]) <= limits.most
    return [last] if len(current) > 1 and last.opens and fits else []


def _belong_together(
    passage: Sequence[Piece], following: Sequence[Piece], limits: PassageLimits
) -> bool:
    """Tell whether two passages are of neighbouring sections, one short, and fit together."""
    above, below = passage[-1].headings, following[0].headings
    return (
        above != below
        and len(shared_headings(above, below)) >= max(len(above), len(below)) - 1
        and min(size_together(passage), size_together(following)) < limits.short
        and size_together([*passage, *following]) <= limits.target
    )
