"""Rows of tables on printed pages: which lines make one, and which rows name the columns."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise

from askmesh.ingestion.lines import joined_lines
from askmesh.ingestion.page_rows import Line

_TIGHT, _WIDER = 0.15, 0.3
_NEXT_LINE = 0.4
_MOST_LINES = 5
_MAX_HEADS = 2
_SAME_COLUMN = 6.0
_MIN_ROWS = 3
_NAME_WORDS = 3
_PHRASE_WORDS = 2.5


@dataclass(frozen=True, slots=True)
class TableLines:
    """Rows of cells that stand in columns, of which the first `heads` name the columns.

    `columns` are their left and right sides, `size` is that of the letters. Without heads, the rows
    themselves must tell.
    """

    rows: tuple[tuple[str, ...], ...]
    heads: int = 0
    columns: tuple[tuple[float, float], ...] = ()
    size: float = 0.0


def heads_of(lines: Sequence[Line]) -> int:
    """Return how many of the first rows name the columns; 0 if the rows must tell by themselves.

    They are in bold letters, which no other row is. Or they are two short names, between rules,
    above phrases or above what comes again and again.
    """
    heads = next((at for at, line in enumerate(lines) if not line.bold), 0)
    if 0 < heads <= _MAX_HEADS and not any(line.bold and all(line.cells) for line in lines[heads:]):
        return heads
    first = lines[0].cells
    is_pair = len(first) == 2 and bool(lines[0].edges) and len(lines) >= _MIN_ROWS  # noqa: PLR2004 - a pair
    return int(is_pair and _names_two(first, [line.cells for line in lines[1:]]))


def _names_two(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    if not all(first) or any(map(_is_no_name, first)):
        return False
    values = Counter(row[1] for row in rows if row[1])
    comes_again = len(values) * 2 <= values.total() and first[1] not in values
    words = sum(len(row[0].split()) for row in rows)
    return comes_again or words >= _PHRASE_WORDS * len(rows)


def _is_no_name(cell: str) -> bool:
    return len(cell.split()) > _NAME_WORDS or any(map(str.isdigit, cell)) or cell.endswith(":")


def whole_rows(lines: Sequence[Line]) -> list[Line]:
    """Return the rows, each with the lines in which its cells go on.

    Where some lines are nearer to each other than others, and have empty cells, they are one row;
    else those whose first cell is empty go on with the row above.
    """
    gaps = [below.top - above.bottom for above, below in pairwise(lines)]
    tight = min(gaps, default=0.0) + lines[0].size * _TIGHT
    groups = _groups(lines, [gap <= tight for gap in gaps])
    if max(gaps, default=0.0) > tight + lines[0].size * _WIDER and _are_rows(groups, len(lines)):
        return [reduce(_with, group) for group in groups]
    is_next = [
        gap <= line.size * _NEXT_LINE and not line.cells[0]
        for line, gap in zip(lines[1:], gaps, strict=True)
    ]
    return [reduce(_with, group) for group in _groups(lines, is_next)]


def _groups(lines: Sequence[Line], are_next: Sequence[bool]) -> list[list[Line]]:
    """Return the lines in groups; `are_next` tells of each but the first if it is in the last."""
    groups = [[lines[0]]]
    for line, is_next in zip(lines[1:], are_next, strict=True):
        if is_next:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _are_rows(groups: Sequence[Sequence[Line]], count: int) -> bool:
    """Tell whether groups of lines are rows: most of several lines lack cells in one of these."""
    several = [group for group in groups if len(group) > 1]
    lacking = [group for group in several if not all(all(line.cells) for line in group)]
    return (
        len(lacking) * 2 >= len(several)
        and len(groups) * _MOST_LINES >= count
        and all(any(line.cells[0] for line in group) for group in groups)
    )


def _with(row: Line, line: Line) -> Line:
    pairs = zip(row.cells, line.cells, strict=True)
    return replace(row, cells=tuple(joined_lines(filter(None, pair)) for pair in pairs))


def goes_on(table: TableLines, following: TableLines) -> bool:
    """Tell whether a table on the top of a page goes on with the one on the page before.

    One that names its columns in another way is another table.
    """
    if following.rows[: following.heads] != table.rows[: following.heads]:
        return False
    return len(table.columns) == len(following.columns) and all(
        min(abs(one[0] - other[0]), abs(one[1] - other[1])) <= _SAME_COLUMN
        for one, other in zip(table.columns, following.columns, strict=True)
    )


def together(table: TableLines, following: TableLines) -> TableLines:
    """Return two parts of one table as one; names of columns that come again are left out."""
    heads = 0
    for row, again in zip(table.rows, following.rows, strict=False):
        if row != again:
            break
        heads += 1
    heads = min(heads, _MAX_HEADS)
    return replace(table, rows=(*table.rows, *following.rows[heads:]), heads=table.heads or heads)
