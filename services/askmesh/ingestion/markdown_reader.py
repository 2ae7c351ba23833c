"""Markdown: the one module that knows the parser."""

import re
from collections import defaultdict
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
    Paragraph,
    ReadDocument,
    first_heading,
)
from askmesh.ingestion.front_matter import front_matter_of
from askmesh.ingestion.html_reader import blocks_of_html
from askmesh.ingestion.lines import paragraph_of
from askmesh.ingestion.markdown_notes import followed, parts_of_notes, references_in
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
    parts = parts_of_notes(tokens[end:])
    notes: defaultdict[int, list[Block]] = defaultdict(list)
    for note, before in followed(tokens[:end], parts).items():
        notes[before] += _Collector({}).blocks_of(parts.get(note, ()))
    return _Collector(notes).blocks_of(tokens[:end])


class _Collector:
    """Collects the blocks of one document from the parser's tokens."""

    def __init__(self, notes: Mapping[int, Sequence[Block]]) -> None:
        self._notes = notes
        self._noted: list[int] = []
        self._terms: list[str] = []
        self._outer_terms: list[list[str]] = []
        self._is_term = self._are_defined = self._begins_definition = self._defines = False
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
            "dl_close": self._close_definitions,
            "dt_open": self._open_term,
            "dd_open": self._open_definition,
            "inline": self._take_inline,
            "fence": self._take_code,
            "code_block": self._take_code,
            "html_block": self._take_html,
        }

    def blocks_of(self, tokens: Sequence[Token]) -> tuple[Block, ...]:
        for token in tokens:
            if self._begins_definition:
                self._begin_definition(token)
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
        self._outer_terms.append(self._terms)
        self._terms, self._are_defined = [], False

    def _close_definitions(self, _: Token) -> None:
        self._terms = self._outer_terms.pop()

    def _open_term(self, _: Token) -> None:
        self._is_term = True
        if self._are_defined:
            self._terms, self._are_defined = [], False

    def _open_definition(self, _: Token) -> None:
        self._are_defined = self._begins_definition = True

    def _begin_definition(self, token: Token) -> None:
        """Take a definition that is text behind its terms; before all else they stand alone."""
        self._begins_definition, self._defines = False, token.type == "paragraph_open"
        if not self._defines:
            self._add(Paragraph(f"{', '.join(self._terms)}:"))

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
        self._noted += references_in([token])
        text = text_of(token.children or ())
        if marked := _CALLOUT.match(text):
            text = text[marked.end() :]
        if self._is_term:
            self._is_term = False
            self._terms.append(text)
        elif self._defines:
            self._defines = False
            self._add(KeyValue(f"{', '.join(self._terms)}: {' '.join(text.split())}"))
        elif self._in_table:
            self._rows[-1].append(text)
        elif self._heading:
            self._add(Heading(self._heading, " ".join(text.split())))
            self._heading = 0
        elif self._item is not None:
            self._extend_item(self._item, " ".join(text.split()))
        else:
            self._add(*paragraph_of(text.split("\n")))

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
