"""Paragraphs and headings in the lines of printed pages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from askmesh.ingestion.blocks import Block, Heading
from askmesh.ingestion.lines import paragraph_of
from askmesh.ingestion.text_lists import list_of, starts_item

_HYPHENATED = re.compile(r"(?<=[a-z])[-\u00ad]\n(?=[a-z])")
_LEADERS = re.compile(r"(?:\s*\.){4,}\s*")
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_ENDED = (".", "!", "?", ":", ";")
_FULL_LINE = 0.85
_MIN_REPEATED_PAGES = 3


def blocks_of_pages(pages: Sequence[str], levels: Mapping[str, int]) -> Iterator[Block]:
    """Yield the blocks of pages. `levels` has the headings that are known, and their levels.

    What stands at the top or the bottom of several pages is left out. A paragraph ends where its
    last line is short, and may go on across pages.
    """
    lines = [_lines(page) for page in pages]
    repeated = _repeated(lines)
    kept = [line for page in lines for line in _without_margins(page, repeated)]
    known = {key: level for title, level in levels.items() if (key := heading_key(title))}
    width = _usual_width(kept)
    paragraph: list[str] = []
    for line in kept:
        level = known.get(heading_key(line)) if line else None
        if paragraph and (level or not line or _starts_anew(paragraph, line, width)):
            yield from _body(paragraph)
            paragraph = []
        if level:
            yield Heading(level, line)
        elif line:
            paragraph.append(line)
    if paragraph:
        yield from _body(paragraph)


def heading_key(line: str) -> str:
    """Return what a heading is known by, wherever it stands: its letters."""
    return "".join(filter(str.isalpha, line)).casefold()


def _lines(page: str) -> list[str]:
    joined = _LEADERS.sub(" ... ", _HYPHENATED.sub("", page))
    return [" ".join(line.split()) for line in joined.split("\n")]


def _repeated(pages: Sequence[Sequence[str]]) -> set[str]:
    """Return the first and last lines, without numbers, that several pages share."""
    margins = Counter(key for page in pages for key in _margin_keys(page))
    return {key for key, count in margins.items() if not key or count >= _MIN_REPEATED_PAGES}


def _margin_keys(page: Sequence[str]) -> set[str]:
    filled = [line for line in page if line]
    return {_margin_key(line) for line in (*filled[:1], *filled[-1:])}


def _margin_key(line: str) -> str:
    return " ".join(_NUMBER.sub("", line).split())


def _without_margins(page: Sequence[str], repeated: set[str]) -> Iterable[str]:
    places = [place for place, line in enumerate(page) if line]
    margins = {*places[:1], *places[-1:]}
    return (
        line
        for place, line in enumerate(page)
        if place not in margins or _margin_key(line) not in repeated
    )


def _usual_width(lines: Sequence[str]) -> int:
    """Return how long a full line is: nine of ten are not longer."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def _starts_anew(paragraph: Sequence[str], line: str, width: int) -> bool:
    """Tell whether `line` begins a paragraph. Items of a list are one paragraph."""
    if starts_item(line):
        return not starts_item(paragraph[0])
    return paragraph[-1].endswith(_ENDED) and len(paragraph[-1]) < width * _FULL_LINE


def _body(lines: Sequence[str]) -> Iterator[Block]:
    return list_of(lines) if starts_item(lines[0]) else paragraph_of(lines)
