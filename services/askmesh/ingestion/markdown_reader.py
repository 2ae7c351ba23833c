"""Markdown: the one module that knows the parser."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from askmesh.ingestion.blocks import (
    Block,
    Code,
    Heading,
    ListItem,
    ReadDocument,
    first_heading,
)
from askmesh.ingestion.front_matter import front_matter_of
from askmesh.ingestion.html_reader import blocks_of_html
from askmesh.ingestion.lines import paragraph_of
from askmesh.ingestion.raised import raised
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.tables import rows_with_headers

MAX_LINES = 500_000
_MAX_NESTING = 100
# Around what stands above the line: control characters, which no text has in the end.
_TAGS = {"<sup>": "\x0e", "</sup>": "\x0f"}
_ABOVE_LINE = re.compile("\x0e([^\x0e\x0f]*)\x0f")


def read_markdown(text: str) -> ReadDocument:
    """Return the blocks of CommonMark with tables, and what its front matter says."""
    if text.count("\n") > MAX_LINES:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", f"It has more than {MAX_LINES} lines.")
    front = front_matter_of(text)
    blocks = blocks_of_markdown(front.text)
    return ReadDocument(
        front.title or first_heading(blocks), (*front.blocks, *blocks), front.attributes
    )


def blocks_of_markdown(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text without front matter."""
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
    return _Collector().blocks_of(parser.parse(text))


class _Collector:
    """Collects the blocks of one document from the parser's tokens."""

    def __init__(self) -> None:
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
        return tuple(self._blocks)

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
        text = _text_of(token.children or ())
        if self._in_table:
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


def _text_of(tokens: Iterable[Token]) -> str:
    text = "".join(map(_inline_text, tokens))
    return _ABOVE_LINE.sub(lambda match: raised(match.group(1)), text)


def _inline_text(token: Token) -> str:
    match token.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "image":
            return _text_of(token.children or ())
        case "html_inline":
            tag = token.content.lower()
            return "\n" if tag.startswith("<br") else _TAGS.get(tag, "")
        case _:
            return token.content
