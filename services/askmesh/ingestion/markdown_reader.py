"""Markdown: the one module that knows the parser."""

import re
from collections.abc import Callable, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from askmesh.ingestion.blocks import (
    Block,
    Code,
    Heading,
    KeyValue,
    ListItem,
    ReadDocument,
    first_heading,
)
from askmesh.ingestion.front_matter import front_matter_of
from askmesh.ingestion.html_reader import blocks_of_html
from askmesh.ingestion.lines import paragraph_of
from askmesh.ingestion.markdown_text import text_of
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.tables import rows_with_headers

MAX_LINES = 500_000
_MAX_NESTING = 100
_CALLOUT = re.compile(r"\[!\w+\][+-]?[ \n]*")


def read_markdown(text: str) -> ReadDocument:
    """Return the blocks of Markdown, and what its front matter says.

    It is CommonMark with tables, footnotes, definitions and what is struck out.
    """
    if text.count("\n") > MAX_LINES:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", f"It has more than {MAX_LINES} lines.")
    front = front_matter_of(text)
    blocks = blocks_of_markdown(front.text)
    return ReadDocument(
        front.title or first_heading(blocks), (*front.blocks, *blocks), front.attributes
    )


def blocks_of_markdown(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text without front matter."""
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING})
    parser.enable(["table", "strikethrough"]).use(footnote_plugin).use(deflist_plugin)
    tokens = parser.parse(text)
    starts = [at for at, token in enumerate(tokens) if token.type == "footnote_block_open"]
    end = starts[0] if starts else len(tokens)
    return _Collector(_notes(tokens[end:])).blocks_of(tokens[:end])


def _notes(tokens: Sequence[Token]) -> dict[int, tuple[Block, ...]]:
    """Return the blocks of footnotes by their numbers."""
    notes: dict[int, tuple[Block, ...]] = {}
    start = 0
    for at, token in enumerate(tokens):
        if token.type == "footnote_open":
            start = at + 1
        elif token.type == "footnote_close":
            notes[len(notes)] = _Collector({}).blocks_of(tokens[start:at])
    return notes


class _Collector:
    """Collects the blocks of one document from the parser's tokens."""

    def __init__(self, notes: Mapping[int, tuple[Block, ...]]) -> None:
        self._notes = notes
        self._noted: list[int] = []
        self._terms: list[str] = []
        self._is_term = False
        self._blocks: list[Block] = []
        self._lists = 0
        self._item: ListItem | None = None  # begun, or the last block
        self._rows: list[list[str]] = []
        self._headers: list[list[str]] = []
        self._heading = 0
        self._in_table = False
        self._handlers: Mapping[str, Callable[[Token], None]] = {
            "heading_open": self._open_heading,
            "bullet_list_open": self._open_list,
            "ordered_list_open": self._open_list,
            "list_item_open": self._open_item,
            "bullet_list_close": self._close_list,
            "ordered_list_close": self._close_list,
            "table_open": self._open_table,
            "thead_close": self._close_head,
            "tr_open": self._open_row,
            "table_close": self._close_table,
            "dl_open": self._open_definitions,
            "dt_open": self._open_term,
            "inline": self._take_inline,
            "fence": self._take_code,
            "code_block": self._take_code,
            "html_block": self._take_html,
        }

    def blocks_of(self, tokens: Sequence[Token]) -> tuple[Block, ...]:
        for token in tokens:
            handler = self._handlers.get(token.type)
            if handler is not None:
                handler(token)
            if token.level == 0 and token.nesting <= 0:
                self._add_notes()
        return tuple(self._blocks)

    def _add_notes(self) -> None:
        """Add the notes of the block that has ended."""
        if self._noted:
            notes, self._noted = self._noted, []
            self._add(*(block for note in notes for block in self._notes.get(note, ())))

    def _open_definitions(self, _: Token) -> None:
        self._terms = []

    def _open_term(self, _: Token) -> None:
        self._is_term = True

    def _open_heading(self, token: Token) -> None:
        self._heading = int(token.tag.removeprefix("h"))

    def _open_list(self, _: Token) -> None:
        self._lists += 1

    def _close_list(self, _: Token) -> None:
        self._lists -= 1
        self._item = None

    def _open_item(self, token: Token) -> None:
        self._item = ListItem("", self._lists - 1, token.info)

    def _open_table(self, _: Token) -> None:
        self._rows, self._headers, self._in_table = [], [], True

    def _close_head(self, _: Token) -> None:
        self._headers, self._rows = self._rows, []

    def _open_row(self, _: Token) -> None:
        self._rows.append([])

    def _close_table(self, _: Token) -> None:
        self._add(*rows_with_headers(self._headers, self._rows))
        self._in_table = False

    def _take_inline(self, token: Token) -> None:
        children = token.children or ()
        self._noted += [each.meta["id"] for each in children if each.type == "footnote_ref"]
        text = text_of(children)
        if marked := _CALLOUT.match(text):
            text = text[marked.end() :]
        if self._is_term:
            self._is_term = False
            self._terms.append(text)
        elif self._terms:
            self._define(text)
        elif self._in_table:
            self._rows[-1].append(text)
        elif self._heading:
            self._add(Heading(self._heading, " ".join(text.split())))
            self._heading = 0
        elif self._item is not None:
            self._extend_item(self._item, " ".join(text.split()))
        else:
            self._add(*paragraph_of(text.split("\n")))

    def _define(self, text: str) -> None:
        terms, self._terms = ", ".join(self._terms), []
        self._add(KeyValue(f"{terms}: {' '.join(text.split())}"))

    def _extend_item(self, item: ListItem, text: str) -> None:
        if item.text:
            self._blocks.pop()
        self._item = ListItem(f"{item.text} {text}".strip(), item.depth, item.number)
        self._blocks.append(self._item)

    def _take_code(self, token: Token) -> None:
        language = (token.info.split() or [""])[0] if token.type == "fence" else ""
        self._add(Code(token.content.rstrip("\n"), language))

    def _take_html(self, token: Token) -> None:
        self._add(*blocks_of_html(token.content))

    def _add(self, *blocks: Block) -> None:
        self._item = None
        self._blocks.extend(blocks)
