"""Columns on a printed page: how far they go, and what divides them."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from askmesh.ingestion.page_rows import Line, PageRow, joined

_GUTTER = 1.0
_MIN_ROWS = 3
_PROSE_WORDS = 3.5
_CELL_ROWS = 2
_LARGER = 1.1
_APART = 0.9
_FARTHER = 1.5
_ROWS_LOOKED_AT = 100


class _Gap(NamedTuple):
    """A space that is free in several rows; it divides them if one has text on both sides."""

    left: float
    right: float
    divides: bool


def columns_from(rows: Sequence[PageRow], start: int) -> tuple[int, list[float]]:
    """Return where the columns that begin with the row `start` end, and what divides them.

    Nothing divides the row where none begin. They begin within a hundred rows: so many are looked
    at, then twice as many as long as the columns go on, so that the work grows with the page.
    """
    end, gutters, looked_at = start + 1, list[float](), _ROWS_LOOKED_AT
    if all(len(row) == 1 for row in rows[start : start + looked_at]):
        return end, gutters
    while True:
        last, dividing = _columns_within(rows, start, min(len(rows), start + looked_at))
        last = _table_end(rows, start, last, dividing)
        if dividing and last > end:
            end, gutters = last, dividing
        if end < start + looked_at or end == len(rows):
            return end, gutters
        looked_at *= 2


def _columns_within(rows: Sequence[PageRow], start: int, most: int) -> tuple[int, list[float]]:
    gaps = _gaps(rows[start])
    before = _dividing(gaps)
    end = start + 1
    while end < most and _is_near(rows[end - 1], rows[end]):
        narrower = _narrowed(gaps, rows[end])
        dividing = _dividing(narrower)
        is_other = len(dividing) != len(before) and _is_far(rows, end, start)
        if len(dividing) < len(before) and _runs_across(rows, start, end, before):
            break
        if is_other or (not dividing and (before or not narrower)):
            break
        gaps, before = narrower, dividing
        end += 1
    return end, before if end - start >= _CELL_ROWS else []


def _table_end(rows: Sequence[PageRow], start: int, end: int, gutters: Sequence[float]) -> int:
    """Return where a table within columns ends; it has two cells in its first row.

    Columns of prose stay as they are.
    """
    cells = [cells_of(row, gutters) for row in rows[start:end]]
    if not gutters or is_prose(list(zip(*cells, strict=True))):
        return end
    if len(rows[start]) == 1:
        return start
    for index in range(1, len(cells)):
        alone = cells[index][0] and not any(cells[index][1:])
        if alone and _is_apart(joined(rows[start + index - 1]), joined(rows[start + index])):
            return start + index
    return end


def _is_apart(above: Line, line: Line) -> bool:
    """Tell whether a line differs from the row above it, and is none of its table."""
    differs = line.size > above.size * _LARGER or (line.bold and not above.bold)
    return differs or line.top - above.bottom > line.size * _APART


def _runs_across(rows: Sequence[PageRow], start: int, end: int, gutters: Sequence[float]) -> bool:
    """Tell whether the row `end` is one line of text below a table, over several of its columns."""
    if len(rows[end]) > 1 or end - start < _CELL_ROWS:
        return False
    return not is_prose(
        list(zip(*(cells_of(row, gutters) for row in rows[start:end]), strict=True))
    )


def _gaps(row: PageRow) -> list[_Gap]:
    """Return the free spaces of a row, the margins among them."""
    edges = [float("-inf"), *(x for each in row for x in (each.left, each.right)), float("inf")]
    free = zip(edges[::2], edges[1::2], strict=True)
    return [_Gap(left, right, _has_both_sides(row, left, right)) for left, right in free]


def _narrowed(gaps: Sequence[_Gap], row: PageRow) -> list[_Gap]:
    """Return what of the gaps is free in a further row, too, where it is wide enough."""
    width, free = _GUTTER * row[0].size, _gaps(row)
    shared = (
        (gap.divides, max(gap.left, other.left), min(gap.right, other.right))
        for gap in gaps
        for other in free
    )
    return [
        _Gap(left, right, divides or _has_both_sides(row, left, right))
        for divides, left, right in shared
        if right - left >= width
    ]


def _has_both_sides(row: PageRow, left: float, right: float) -> bool:
    return row[0].right <= left and row[-1].left >= right


def _dividing(gaps: Sequence[_Gap]) -> list[float]:
    """Return the middles of the gaps that divide."""
    return [(gap.left + gap.right) / 2 for gap in gaps if gap.divides]


def _is_near(row: PageRow, following: PageRow) -> bool:
    """Tell whether two rows may be of one part of the page."""
    size = max(row[0].size, following[0].size)
    return following[0].top - row[0].bottom < size * 3


def _is_far(rows: Sequence[PageRow], index: int, start: int) -> bool:
    """Tell whether a row is farther from the one above it than that is from its own."""
    gap = rows[index][0].top - rows[index - 1][0].bottom
    if index - 1 == start:
        return False
    above = rows[index - 1][0].top - rows[index - 2][0].bottom
    return gap > max(_APART * rows[index][0].size, above * _FARTHER)


def cells_of(row: PageRow, gutters: Sequence[float]) -> list[PageRow]:
    """Return what of a row stands in each of the columns."""
    edges = [float("-inf"), *gutters, float("inf")]
    return [
        [each for each in row if left <= (each.left + each.right) / 2 < right]
        for left, right in pairwise(edges)
    ]


def is_prose(columns: Sequence[Sequence[PageRow]]) -> bool:
    """Tell whether text runs down each of the columns, instead of across."""
    if len(columns[0]) < _MIN_ROWS:
        return False
    words = [
        [sum(len(each.text.split()) for each in cell) for cell in column if cell]
        for column in columns
    ]
    return all(each and median(each) >= _PROSE_WORDS for each in words)
