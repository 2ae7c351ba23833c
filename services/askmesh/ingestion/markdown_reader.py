"""Markdown: the one module that knows the parser."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from askmesh.ingestion.blocks import Block, Body, Heading, ReadDocument
from askmesh.ingestion.html_reader import read_html
from askmesh.ingestion.refusals import DocumentRefusedError

MAX_LINES = 500_000
_MAX_NESTING = 100
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)


def read_markdown(text: str) -> ReadDocument:
    """Return the blocks of CommonMark with tables; titles may stand in front matter."""
    if text.count("\n") > MAX_LINES:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", f"It has more than {MAX_LINES} lines.")
    front = _FRONT_MATTER.match(text)
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
    blocks = _Collector().blocks_of(parser.parse(text[front.end() :] if front else text))
    return ReadDocument(_front_title(front) or _first_heading(blocks), blocks)


def _front_title(front: re.Match[str] | None) -> str:
    title = _FRONT_TITLE.search(front.group(1)) if front else None
    return title.group(1).strip("\"'") if title else ""


def _first_heading(blocks: Sequence[Block]) -> str:
    return next((block.text for block in blocks if isinstance(block, Heading)), "")


class _Collector:
    """Collects the blocks of one document from the parser's tokens."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._lines: list[str] = []
        self._markers: list[str] = []
        self._cells: list[str] | None = None
        self._heading = 0
        self._handlers: Mapping[str, Callable[[Token], None]] = {
            "heading_open": self._open_heading,
            "bullet_list_open": self._open_list,
            "ordered_list_open": self._open_list,
            "list_item_open": self._open_item,
            "bullet_list_close": self._close_list,
            "ordered_list_close": self._close_list,
            "tr_open": self._open_row,
            "tr_close": self._close_row,
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
                self._flush()
        return tuple(self._blocks)

    def _open_heading(self, token: Token) -> None:
        self._flush()
        self._heading = int(token.tag.removeprefix("h"))

    def _open_list(self, _: Token) -> None:
        self._markers.append("")

    def _open_item(self, token: Token) -> None:
        self._markers[-1] = f"{token.info}{token.markup} " if token.info else "- "

    def _close_list(self, _: Token) -> None:
        self._markers.pop()

    def _open_row(self, _: Token) -> None:
        self._cells = []

    def _close_row(self, _: Token) -> None:
        self._lines.append(" | ".join(self._cells or ()))
        self._cells = None

    def _take_inline(self, token: Token) -> None:
        text = _text_of(token.children or ())
        if self._cells is not None:
            self._cells.append(" ".join(text.split()))
        elif not self._heading:
            self._add_lines(text)
        elif heading := " ".join(text.split()):
            self._blocks.append(Heading(self._heading, heading))
        self._heading = 0

    def _take_code(self, token: Token) -> None:
        self._add_lines(token.content.rstrip("\n"))

    def _take_html(self, token: Token) -> None:
        self._flush()
        self._blocks.extend(read_html(token.content).blocks)

    def _add_lines(self, text: str) -> None:
        if not self._markers:
            self._lines.append(text)
            return
        indent = "  " * (len(self._markers) - 1)
        first = indent + (self._markers[-1] or "  ")
        rest = indent + "  "
        self._markers[-1] = ""
        for number, line in enumerate(text.splitlines()):
            self._lines.append((rest if number else first) + line)

    def _flush(self) -> None:
        text = "\n".join(self._lines).strip("\n")
        if text.strip():
            self._blocks.append(Body(text))
        self._lines = []


def _text_of(tokens: Iterable[Token]) -> str:
    return "".join(map(_inline_text, tokens))


def _inline_text(token: Token) -> str:
    match token.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image":
            return _text_of(token.children or ())
        case "html_inline":
            return ""
        case _:
            return token.content
