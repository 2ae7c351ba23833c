"""Paragraphs, headings, lists and tables in what stands on printed pages."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from askmesh.ingestion.blocks import Block, Heading
from askmesh.ingestion.lines import is_key_value, paragraph_of, words_of
from askmesh.ingestion.page_rows import Line
from askmesh.ingestion.page_styles import Styles
from askmesh.ingestion.page_tables import TableLines, goes_on, together
from askmesh.ingestion.tables import rows_of, rows_with_headers
from askmesh.ingestion.text_lists import list_of, starts_item, with_steps

_LEADERS = re.compile(r"(?:\s*\.){4,}\s*")
_ENDED = (".", "!", "?", ":", ";")
_STEP = re.compile(r"(\d{1,2}) (?=[^\W\d_])")
_FULL_LINE = 0.85
_HALF_LINE = 0.65
_GAP = 0.7
_INDENT = 0.8

Page = Sequence[Sequence[Line] | TableLines]


def blocks_of_pages(pages: Sequence[Page], levels: Mapping[str, int]) -> Iterator[Block]:
    """Yield the blocks of pages. `levels` has the headings that are known, and their levels.

    Larger and bolder lines are headings, too. A paragraph ends where its last line is short, and
    may go on across pages.
    """
    kept = [
        part if isinstance(part, TableLines) else [*map(_without_leaders, part)]
        for part in _across_pages(pages)
    ]
    lines = [line for part in kept for line in _lines_of(part)]
    known = {key: level for title, level in levels.items() if (key := heading_key(title))}
    collector = _Collector(Styles(lines), known, words_of(line.text for line in lines))
    return with_steps(collector.blocks(kept))


def heading_key(line: str) -> str:
    """Return what a heading is known by, wherever it stands: its letters."""
    return "".join(filter(str.isalpha, line)).casefold()


class _Collector:
    """Makes blocks of the parts of pages."""

    def __init__(self, styles: Styles, known: Mapping[str, int], words: frozenset[str]) -> None:
        self._styles = styles
        self._known = known
        self._words = words
        self._paragraph: list[Line] = []

    def blocks(self, parts: Iterable[Sequence[Line] | TableLines]) -> Iterator[Block]:
        for part in parts:
            if isinstance(part, TableLines):
                yield from self._ended()
                yield from _rows(part)
            else:
                yield from self._lines(part)
        yield from self._ended()

    def _lines(self, part: Sequence[Line]) -> Iterator[Block]:
        right = max((line.right for line in part), default=0.0)
        heading: Heading | None = None
        for line in part:
            level = self._known.get(heading_key(line.text)) or self._styles.level(line)
            if heading is not None and heading.level != level:
                yield heading
                heading = None
            if level:
                yield from self._ended()
                text = f"{heading.text} {line.text}" if heading else line.text
                heading = Heading(level, text)
                continue
            if self._paragraph and _starts_anew(self._paragraph, line, right):
                yield from self._ended()
            self._paragraph.append(line)
        if heading is not None:
            yield heading

    def _ended(self) -> Iterator[Block]:
        texts, self._paragraph = [line.text for line in self._paragraph], []
        if texts and starts_item(texts[0]):
            yield from list_of(texts)
        elif texts:
            yield from paragraph_of(texts, self._words)


def _step(line: str) -> int:
    """Return the number with which a step begins, "2 Open the valve"; -1 if there is none."""
    match = _STEP.match(line)
    return int(match[1]) if match else -1


def _rows(table: TableLines) -> Iterator[Block]:
    if 0 < table.heads < len(table.rows):
        heads, rows = table.rows[: table.heads], table.rows[table.heads :]
        yield from rows_with_headers(heads, rows)
    else:
        yield from rows_of(table.rows)


def _lines_of(part: Sequence[Line] | TableLines) -> Iterator[Line]:
    if not isinstance(part, TableLines):
        yield from part
        return
    for row in part.rows:
        yield Line(" ".join(row), 0, 0, 0, 0, part.size)


def _starts_anew(paragraph: Sequence[Line], line: Line, right: float) -> bool:
    """Tell whether `line` begins a paragraph. Items of a list are one paragraph."""
    last = paragraph[-1]
    is_list = starts_item(paragraph[0].text)
    if starts_item(line.text):
        return not is_list
    if is_key_value(line.text) and is_key_value(last.text):
        return False
    is_next_step = _step(line.text) == _step(paragraph[0].text) + 1 > 1
    if is_next_step or line.top - last.bottom > last.size * _GAP:
        return True
    ended = last.text.endswith(_ENDED)
    if is_list:
        return ended and line.left < paragraph[0].left + last.size * _INDENT
    width = right - min(each.left for each in paragraph)
    if last.right - last.left < width * _HALF_LINE and line.text[:1].isupper():
        return True  # its first word would have had room
    short = last.right - last.left < width * _FULL_LINE
    return ended and (short or line.left > last.left + last.size * _INDENT)


def _across_pages(pages: Sequence[Page]) -> Iterator[Sequence[Line] | TableLines]:
    """Yield the parts of all pages, tables that go on with the next page as one."""
    table: TableLines | None = None
    for page in pages:
        for number, part in enumerate(each for each in page if each):
            if table and number == 0 and isinstance(part, TableLines) and goes_on(table, part):
                table = together(table, part)
                continue
            if table is not None:
                yield table
            table = part if isinstance(part, TableLines) else None
            if not isinstance(part, TableLines):
                yield part
    if table is not None:
        yield table


def _without_leaders(line: Line) -> Line:
    return replace(line, text=_LEADERS.sub(" ... ", line.text))
