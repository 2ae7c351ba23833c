"""Paragraphs, headings, lists and tables in what stands on printed pages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from math import inf
from statistics import median

from askmesh.ingestion.blocks import Block, Heading
from askmesh.ingestion.lines import is_key_value, paragraph_of, words_of
from askmesh.ingestion.page_layout import Line, TableLines
from askmesh.ingestion.page_styles import Styles
from askmesh.ingestion.tables import rows_of
from askmesh.ingestion.text_lists import list_of, starts_item

_LEADERS = re.compile(r"(?:\s*\.){4,}\s*")
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_ENDED = (".", "!", "?", ":", ";")
_FULL_LINE = 0.85
_HALF_LINE = 0.65
_GAP = 0.7
_INDENT = 0.8
_MIN_REPEATED_PAGES = 3
_MIN_LINES = 3
_LARGER = 1.1

Page = Sequence[Sequence[Line] | TableLines]


def blocks_of_pages(pages: Sequence[Page], levels: Mapping[str, int]) -> Iterator[Block]:
    """Yield the blocks of pages. `levels` has the headings that are known, and their levels.

    Larger and bolder lines are headings, too. What stands at the top or the bottom of several
    pages is left out. A paragraph ends where its last line is short, and may go on across pages.
    """
    kept = _without_repeated(pages)
    lines = [line for part in kept if not isinstance(part, TableLines) for line in part]
    known = {key: level for title, level in levels.items() if (key := heading_key(title))}
    collector = _Collector(Styles(lines), known, words_of(line.text for line in lines))
    return collector.blocks(kept)


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
                yield from rows_of(_whole_rows(part.rows))
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


def _starts_anew(paragraph: Sequence[Line], line: Line, right: float) -> bool:
    """Tell whether `line` begins a paragraph. Items of a list are one paragraph."""
    last = paragraph[-1]
    is_list = starts_item(paragraph[0].text)
    if starts_item(line.text):
        return not is_list
    if is_key_value(line.text) and is_key_value(last.text):
        return False
    gap = line.top - last.bottom
    if gap > last.size * _GAP:
        return True
    ended = last.text.endswith(_ENDED)
    if is_list:
        return ended and line.left < paragraph[0].left + last.size * _INDENT
    width = right - min(each.left for each in paragraph)
    if last.right - last.left < width * _HALF_LINE and line.text[:1].isupper():
        return True  # its first word would have had room
    short = last.right - last.left < width * _FULL_LINE
    return ended and (short or line.left > last.left + last.size * _INDENT)


def _whole_rows(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the rows, those whose first cell is empty joined with the one above."""
    whole: list[list[str]] = []
    for row in rows:
        if whole and not row[0] and any(row[1:]):
            whole[-1] = [
                f"{above} {cell}".strip() for above, cell in zip(whole[-1], row, strict=True)
            ]
        else:
            whole.append(list(row))
    return whole


def _without_repeated(pages: Sequence[Page]) -> list[Sequence[Line] | TableLines]:
    """Return the parts of all pages without the first and last lines that several pages share.

    "Chapter 1" and "Chapter 2" are no such line if they are in larger letters than the text.
    """
    margins = [_margins(page) for page in pages]
    sizes = [line.size for page in pages for line in _lines_of(page)]
    large = median(sizes) * _LARGER if sizes else 0.0
    keys = [[(line, _margin_key(line, large)) for line in lines] for lines in margins]
    counts = Counter(key for page in keys for key in {key for _, key in page})
    repeated = {key for key, count in counts.items() if not key or count >= _MIN_REPEATED_PAGES}
    dropped = {id(line) for line, key in chain.from_iterable(keys) if key in repeated}
    return [
        part
        if isinstance(part, TableLines)
        else [_without_leaders(line) for line in part if id(line) not in dropped]
        for page in pages
        for part in page
    ]


def _margins(page: Page) -> list[Line]:
    ordered = sorted(_lines_of(page), key=lambda line: line.top)
    if len(ordered) < _MIN_LINES:  # what is all of a page is no margin, but for its number
        return [line for line in ordered if not _margin_key(line)]
    return [*ordered[:1], *ordered[1:][-1:]]


def _lines_of(page: Page) -> list[Line]:
    return [line for part in page if not isinstance(part, TableLines) for line in part]


def _margin_key(line: Line, large: float = inf) -> str:
    bare = " ".join(_NUMBER.sub("", line.text).split())
    return line.text if bare and line.size >= large else bare


def _without_leaders(line: Line) -> Line:
    return replace(line, text=_LEADERS.sub(" ... ", line.text))
