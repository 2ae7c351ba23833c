"""HTML, reduced to its headings, paragraphs, lists, tables and code."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from askmesh.ingestion.blocks import Block, Body, Heading, ReadDocument
from askmesh.ingestion.html_walk import Part, parse_html
from askmesh.ingestion.refusals import DocumentRefusedError

MAX_TAGS = 500_000
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "menu"})
_CELLS = frozenset({"td", "th"})
_TABLE_PARTS = frozenset({"table", "caption", "thead", "tbody", "tfoot", "tr"}) | _CELLS
_SECTIONS = frozenset({"body", "main", "article", "section", "header", "aside", "div", "center"})
_PARAGRAPHS = frozenset({"p", "hr", "address", "blockquote", "figure", "figcaption", "dialog"})
_FORMS = frozenset({"form", "fieldset", "legend", "details", "summary"})
_ITEMS = frozenset({"li", "dl", "dt", "dd"})
_BLOCKS = _LISTS | _TABLE_PARTS | _SECTIONS | _PARAGRAPHS | _FORMS | _ITEMS


def read_html(text: str) -> ReadDocument:
    """Return the blocks of a page, without what is not its content, such as scripts and menus."""
    if text.count("<") > MAX_TAGS:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", f"It has more than {MAX_TAGS} tags.")
    page = parse_html(text)
    blocks = _Collector().blocks_of(page.parts())
    return ReadDocument(page.title or _first_heading(blocks), blocks)


def _first_heading(blocks: Sequence[Block]) -> str:
    return next((block.text for block in blocks if isinstance(block, Heading)), "")


class _Collector:
    """Collects the blocks of one page from its parts."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._lines: list[str] = []
        self._words: list[str] = []
        self._counters: list[int | None] = []
        self._marker = ""
        self._tables = 0
        self._cells: list[str] | None = None
        self._handlers: Mapping[str, Callable[[Part], None]] = {
            "text": lambda part: self._words.append(part.text),
            "start": self._start,
            "end": self._end,
            "whole": self._take_whole,
        }

    def blocks_of(self, parts: Iterable[Part]) -> tuple[Block, ...]:
        for part in parts:
            self._handlers[part.kind](part)
        self._end_paragraph()
        self._flush()
        return tuple(self._blocks)

    def _start(self, part: Part) -> None:
        if part.name not in _BLOCKS:
            return
        self._end_paragraph()
        if part.name in _LISTS:
            self._counters.append(0 if part.name == "ol" else None)
        elif part.name == "li":
            self._marker = self._next_marker()
        elif part.name == "table":
            self._flush_unless_nested()
            self._tables += 1
        elif part.name == "tr" and self._tables:
            self._cells = []

    def _end(self, part: Part) -> None:
        if part.name in _CELLS and self._cells is not None:
            self._cells.append(self._taken_words())
        if part.name not in _BLOCKS:
            return
        self._end_paragraph()
        if part.name in _LISTS and self._counters:
            self._counters.pop()
        elif part.name == "tr" and self._cells is not None:
            self._lines.append(" | ".join(self._cells))
            self._cells = None
        elif part.name == "table":
            self._tables -= 1
        self._flush_unless_nested()

    def _take_whole(self, part: Part) -> None:
        if part.name in _HEADINGS:
            self._end_paragraph()
            self._flush()
            if heading := " ".join(part.text.split()).rstrip("\u00b6# "):
                self._blocks.append(Heading(_HEADINGS[part.name], heading))
        elif part.name == "pre":
            self._end_paragraph()
            self._flush_unless_nested()
            self._lines.extend(part.text.strip("\n").splitlines())
            self._flush_unless_nested()
        else:
            self._words.append(part.text if part.name == "br" else f" {part.text} ")

    def _next_marker(self) -> str:
        indent = "  " * (len(self._counters) - 1)
        number = self._counters[-1] if self._counters else None
        if number is None:
            return f"{indent}- "
        self._counters[-1] = number + 1
        return f"{indent}{number + 1}. "

    def _taken_words(self) -> str:
        text = " ".join("".join(self._words).split())
        self._words = []
        return text

    def _end_paragraph(self) -> None:
        """Make a line of the words so far; inside of a cell they only get a space."""
        if self._cells is not None:
            self._words.append(" ")
        elif text := self._taken_words():
            rest = "  " * len(self._counters)
            self._lines.append((self._marker or rest) + text)
            self._marker = ""
        self._flush_unless_nested()

    def _flush_unless_nested(self) -> None:
        if not self._counters and not self._tables:
            self._flush()

    def _flush(self) -> None:
        text = "\n".join(self._lines).strip("\n")
        if text.strip():
            self._blocks.append(Body(text))
        self._lines = []
