"""What readers make of a document: its facts, and its blocks in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_LEAD_IN_CHARS = 200
_GROUP_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of `level` 1 (outermost) and up, on one line."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Flowing text, on one line."""

    text: str


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item of a list, `depth` lists inside of others, with its number if it has one."""

    text: str
    depth: int = 0
    number: str = ""

    @property
    def marker(self) -> str:
        """What stands before the text: the indentation, and a dash or the number."""
        return _GROUP_INDENT * self.depth + (f"{self.number}. " if self.number else "- ")


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A row of a table: its cells, each with its header; empty where there is none."""

    cells: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The row on one line."""
        return " | ".join(map(_cell_text, self.cells))


@dataclass(frozen=True, slots=True)
class KeyValue:
    """A line that gives something its value, as it stands in the source."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Code or other text whose lines and spaces matter, with its language if that is known."""

    text: str
    language: str = ""


Block = Heading | Paragraph | ListItem | LabelledRow | KeyValue | Code
Grouped = ListItem | LabelledRow | KeyValue
"""Blocks of which neighbours of one kind stand together, line by line."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document without markup.

    The title is empty if the content has none. The attributes are facts that the content itself
    states, such as "author" and "date". Notices are sentences for whoever handed the document in.
    """

    title: str
    blocks: tuple[Block, ...]
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    notices: tuple[str, ...] = ()


def first_heading(blocks: tuple[Block, ...]) -> str:
    """Return the text of the first heading, empty if there is none."""
    return next((block.text for block in blocks if isinstance(block, Heading)), "")


def introduces(block: Block) -> bool:
    """Tell whether `block` is so short and open that it only introduces what follows.

    A key with its value, "Apologies: Eve Fox", says something of its own.
    """
    if not isinstance(block, Paragraph | ListItem) or len(block.text) > MAX_LEAD_IN_CHARS:
        return False
    says_a_value = ": " in block.text and not block.text.endswith(":")
    return not says_a_value and not block.text.endswith((".", "!", "?"))


def _cell_text(cell: tuple[str, str]) -> str:
    header, value = cell
    return f"{header}: {value}" if header and value else value
