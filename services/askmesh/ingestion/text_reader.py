"""Plain text, with the headings, lists and tables that its layout shows."""

import re
from collections.abc import Iterator
from itertools import chain, groupby, pairwise, starmap, zip_longest
from textwrap import dedent

from askmesh.ingestion.blocks import Block, Body, Heading, ReadDocument

_RULE = re.compile(r"([=\-~^\"'`#*+.:_])\1{2,}\s*$")
_BORDER = re.compile(r"\s*[+|](?:\s*:?[-=]+:?\s*[+|])+\s*$")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_ITEM = re.compile(r"\s*(?:[-*\u2022]|\d{1,3}[.)]|[a-zA-Z][.)])\s+\S")
_CODE = re.compile(r"\s*(?:>>> |\.\.\. |\$ |#!|(?:def|class) .*:$)|.*(?:::=|[{}]$|\S {3,}\S)")
_MAX_HEADING_CHARS = 200
_MIN_WORDS_PER_LINE = 4
_MAX_INDENTS = 2


def read_text(text: str) -> ReadDocument:
    """Return the blocks of `text`. A line that is underlined with a rule is a heading.

    Its level follows from the order in which the kinds of rules appear. Wrapped lines of prose
    are joined; code keeps its lines.
    """
    blocks = list(_blocks(text))
    first = blocks[0] if blocks else None
    return ReadDocument(first.text if isinstance(first, Heading) else "", tuple(blocks))


def _blocks(text: str) -> Iterator[Block]:
    levels: dict[str, int] = {}
    paragraph: list[str] = []
    lines = [line.rstrip() for line in text.expandtabs().splitlines()]
    for position, line in enumerate(lines):
        before = lines[position - 1] if position else ""
        if _is_underline(line, paragraph):
            title = paragraph.pop()
            if paragraph and _RULE.match(paragraph[-1]):
                paragraph.pop()
            yield from _paragraph(paragraph)
            yield Heading(levels.setdefault(line[0], len(levels) + 1), title.strip())
            paragraph = []
        elif line:
            paragraph.append(line)
        elif before:
            yield from _paragraph(paragraph)
            paragraph = []
    yield from _paragraph(paragraph)


def _is_underline(line: str, paragraph: list[str]) -> bool:
    """Tell whether `line` makes a heading of the line before it."""
    if not paragraph or not _RULE.match(line):
        return False
    title = paragraph[-1]
    overlined = len(paragraph) > 1 and _RULE.match(paragraph[-2]) is not None
    indented = title[:1].isspace() and not overlined
    fits = len(line) >= min(len(title), _MAX_HEADING_CHARS) * 0.75
    alone = len(paragraph) == 1 or overlined
    return fits and alone and not indented and not _RULE.match(title)


def _paragraph(lines: list[str]) -> Iterator[Body]:
    if not lines:
        return
    if all(_ROW.match(line) or _BORDER.match(line) for line in lines):
        yield from _table(lines)
    elif _is_prose(lines):
        yield Body("\n".join(_joined(lines)))
    else:
        yield Body(dedent("\n".join(lines)))


def _table(lines: list[str]) -> Iterator[Body]:
    """Yield the rows of a table; where borders divide them, a row may have several lines."""
    parts = [list(part) for border, part in groupby(lines, _is_border) if not border]
    is_grid = any(line.lstrip().startswith("+") for line in lines)
    rows = parts if is_grid else [[line] for line in chain.from_iterable(parts)]
    if rows:
        yield Body("\n".join(map(_row, rows)))


def _is_border(line: str) -> bool:
    return _BORDER.match(line) is not None


def _row(lines: list[str]) -> str:
    columns = zip_longest(*(line.strip()[1:-1].split("|") for line in lines), fillvalue="")
    return " | ".join(" ".join(" ".join(cells).split()) for cells in columns)


def _is_prose(lines: list[str]) -> bool:
    if any(map(_CODE.match, lines)) or any(starmap(_opens_block, pairwise(lines))):
        return False
    indents = {_indent(line) for line in lines if not _ITEM.match(line)}
    words = sum(len(line.split()) for line in lines[:-1]) + _MIN_WORDS_PER_LINE
    # A first line may hang.
    return len(indents) <= _MAX_INDENTS and words >= _MIN_WORDS_PER_LINE * len(lines)


def _opens_block(line: str, following: str) -> bool:
    return line.endswith(":") and _indent(following) > _indent(line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _joined(lines: list[str]) -> Iterator[str]:
    """Yield items of a list, or the paragraph, each on one line."""
    current: list[str] = []
    for line in lines:
        if current and _ITEM.match(line):
            yield " ".join(current)
            current = []
        current.append(" ".join(line.split()))
    yield " ".join(current)
