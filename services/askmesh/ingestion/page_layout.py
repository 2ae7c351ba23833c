"""The order in which the pieces of text on a printed page are read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

_SAME_ROW = 0.5
_GUTTER = 1.0
_MIN_ROWS = 3
_PROSE_WORDS = 3.5
_CELL_ROWS = 2


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text on one line, and where it stands: x to the right, y downwards."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool = False


Line = Segment


@dataclass(frozen=True, slots=True)
class TableLines:
    """Rows of cells that stand in columns."""

    rows: tuple[tuple[str, ...], ...]


_Row = list[Segment]
_Gap = tuple[float, float]


def in_reading_order(segments: Iterable[Segment]) -> Iterator[Sequence[Line] | TableLines]:
    """Yield the parts of a page: lines that follow each other, column by column, and tables."""
    rows = _rows(segments)
    single: list[_Row] = []
    start = 0
    while start < len(rows):
        end, gutters = _columns_from(rows, start)
        if not gutters:
            single.append(rows[start])
            start += 1
            continue
        if single:
            yield [_joined(row) for row in single]
            single = []
        yield from _column_parts(rows[start:end], gutters)
        start = end
    if single:
        yield [_joined(row) for row in single]


def _rows(segments: Iterable[Segment]) -> list[_Row]:
    """Return the segments in rows, from top to bottom, each from left to right."""
    rows: list[_Row] = []
    for segment in sorted(segments, key=lambda each: (each.bottom, each.left)):
        if rows and _overlap(rows[-1][0], segment) > _SAME_ROW:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _overlap(one: Segment, other: Segment) -> float:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared / max(0.1, min(one.bottom - one.top, other.bottom - other.top))


def _columns_from(rows: Sequence[_Row], start: int) -> tuple[int, list[float]]:
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


def _gaps(row: _Row) -> list[_Gap]:
    """Return the free spaces of a row, the margins among them."""
    edges = [float("-inf"), *(x for each in row for x in (each.left, each.right)), float("inf")]
    return [(left, right) for left, right in zip(edges[::2], edges[1::2], strict=True)]


def _common(gaps: Sequence[_Gap], others: Sequence[_Gap], width: float) -> list[_Gap]:
    shared = ((max(gap[0], other[0]), min(gap[1], other[1])) for gap in gaps for other in others)
    return [gap for gap in shared if gap[1] - gap[0] >= width]


def _width_needed(rows: Sequence[_Row]) -> float:
    return _GUTTER * rows[-1][0].size


def _is_near(row: _Row, following: _Row) -> bool:
    """Tell whether two rows may be of one part of the page."""
    size = max(row[0].size, following[0].size)
    return following[0].top - row[0].bottom < size * 3


def _dividing(rows: Sequence[_Row], gaps: Sequence[_Gap]) -> list[float]:
    """Return the middles of the gaps that have text on both sides, in one row at least."""
    return [
        (left + right) / 2
        for left, right in gaps
        if any(row[0].right <= left and row[-1].left >= right for row in rows)
    ]


def _column_parts(
    rows: Sequence[_Row], gutters: Sequence[float]
) -> Iterator[Sequence[Line] | TableLines]:
    cells = [_cells(row, gutters) for row in rows]
    columns = list(zip(*cells, strict=True))
    if _is_prose(columns):
        yield from ([_joined(cell) for cell in column if cell] for column in columns)
    elif len(rows) < _MIN_ROWS and len(gutters) == 1:
        yield [_joined(row) for row in rows]
    else:
        yield TableLines(
            tuple(tuple(_joined(cell).text if cell else "" for cell in row) for row in cells)
        )


def _cells(row: _Row, gutters: Sequence[float]) -> list[_Row]:
    edges = [float("-inf"), *gutters, float("inf")]
    return [
        [each for each in row if left <= (each.left + each.right) / 2 < right]
        for left, right in pairwise(edges)
    ]


def _is_prose(columns: Sequence[Sequence[_Row]]) -> bool:
    """Tell whether text runs down each of the columns, instead of across."""
    if len(columns[0]) < _MIN_ROWS:
        return False
    words = [[len(_joined(cell).text.split()) for cell in column if cell] for column in columns]
    return all(each and median(each) >= _PROSE_WORDS for each in words)


def _joined(row: Sequence[Segment]) -> Line:
    return replace(
        row[0],
        text=" ".join(each.text for each in row),
        top=min(each.top for each in row),
        right=row[-1].right,
        bottom=max(each.bottom for each in row),
        size=max(row, key=lambda each: len(each.text)).size,
        bold=all(each.bold for each in row),
    )
