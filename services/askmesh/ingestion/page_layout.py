"""The order in which the pieces of text on a printed page are read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from askmesh.ingestion.page_rows import Line, Row, Segment, joined, rows_of_page

_GUTTER = 1.0
_MIN_ROWS = 3
_PROSE_WORDS = 3.5
_CELL_ROWS = 2


@dataclass(frozen=True, slots=True)
class TableLines:
    """Rows of cells that stand in columns."""

    rows: tuple[tuple[str, ...], ...]


_Gap = tuple[float, float]


def in_reading_order(segments: Iterable[Segment]) -> Iterator[Sequence[Line] | TableLines]:
    """Yield the parts of a page: lines that follow each other, column by column, and tables."""
    rows = rows_of_page(segments)
    single: list[Row] = []
    start = 0
    while start < len(rows):
        end, gutters = _columns_from(rows, start)
        if not gutters:
            single.append(rows[start])
            start += 1
            continue
        if single:
            yield [joined(row) for row in single]
            single = []
        yield from _column_parts(rows[start:end], gutters)
        start = end
    if single:
        yield [joined(row) for row in single]


def _columns_from(rows: Sequence[Row], start: int) -> tuple[int, list[float]]:
    """Return where the columns that begin with the row `start` end, and what divides them."""
    gaps = _gaps(rows[start])
    end = start + 1
    while end < len(rows) and _is_near(rows[end - 1], rows[end]):
        narrower = _common(gaps, _gaps(rows[end]), _width_needed(rows[start : end + 1]))
        if not _dividing(rows[start : end + 1], narrower):
            if _dividing(rows[start:end], gaps):
                break
            if not narrower:
                break
        gaps = narrower
        end += 1
    gutters = _dividing(rows[start:end], gaps)
    return end, gutters if end - start >= _CELL_ROWS else []


def _gaps(row: Row) -> list[_Gap]:
    """Return the free spaces of a row, the margins among them."""
    edges = [float("-inf"), *(x for each in row for x in (each.left, each.right)), float("inf")]
    return [(left, right) for left, right in zip(edges[::2], edges[1::2], strict=True)]


def _common(gaps: Sequence[_Gap], others: Sequence[_Gap], width: float) -> list[_Gap]:
    shared = ((max(gap[0], other[0]), min(gap[1], other[1])) for gap in gaps for other in others)
    return [gap for gap in shared if gap[1] - gap[0] >= width]


def _width_needed(rows: Sequence[Row]) -> float:
    return _GUTTER * rows[-1][0].size


def _is_near(row: Row, following: Row) -> bool:
    """Tell whether two rows may be of one part of the page."""
    size = max(row[0].size, following[0].size)
    return following[0].top - row[0].bottom < size * 3


def _dividing(rows: Sequence[Row], gaps: Sequence[_Gap]) -> list[float]:
    """Return the middles of the gaps that have text on both sides, in one row at least."""
    return [
        (left + right) / 2
        for left, right in gaps
        if any(row[0].right <= left and row[-1].left >= right for row in rows)
    ]


def _column_parts(
    rows: Sequence[Row], gutters: Sequence[float]
) -> Iterator[Sequence[Line] | TableLines]:
    cells = [_cells(row, gutters) for row in rows]
    columns = list(zip(*cells, strict=True))
    if _is_prose(columns):
        yield from ([joined(cell) for cell in column if cell] for column in columns)
    elif len(rows) < _MIN_ROWS and len(gutters) == 1:
        yield [joined(row) for row in rows]
    else:
        yield TableLines(
            tuple(tuple(joined(cell).text if cell else "" for cell in row) for row in cells)
        )


def _cells(row: Row, gutters: Sequence[float]) -> list[Row]:
    edges = [float("-inf"), *gutters, float("inf")]
    return [
        [each for each in row if left <= (each.left + each.right) / 2 < right]
        for left, right in pairwise(edges)
    ]


def _is_prose(columns: Sequence[Sequence[Row]]) -> bool:
    """Tell whether text runs down each of the columns, instead of across."""
    if len(columns[0]) < _MIN_ROWS:
        return False
    words = [[len(joined(cell).text.split()) for cell in column if cell] for column in columns]
    return all(each and median(each) >= _PROSE_WORDS for each in words)
