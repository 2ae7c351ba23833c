"""What readers make of a document: a title, and its blocks in order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of `level` 1 (outermost) and up, on one line."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """A paragraph, a list, a table (rows of cells divided by ` | `) or a piece of code."""

    text: str


Block = Heading | Body


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document without markup. The title is empty if the content has none."""

    title: str
    blocks: tuple[Block, ...]
