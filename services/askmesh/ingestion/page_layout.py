"""The order in which the pieces of text on a printed page are read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median

from askmesh.ingestion.lines import is_key_value
from askmesh.ingestion.page_rows import Line, PageRow, Segment, joined, rows_of_page
from askmesh.ingestion.page_tables import TableLines, heads_of, whole_rows

_GUTTER = 1.0
_MIN_ROWS = 3
_PROSE_WORDS = 3.5
_CELL_ROWS = 2
_LARGER = 1.1
_APART = 0.9
_FARTHER = 1.5


Part = Sequence[Line] | TableLines
_Gap = tuple[float, float]


def in_reading_order(segments: Iterable[Segment]) -> Iterator[Part]:
    """Yield the parts of a page: lines that follow each other, column by column, and tables."""
    rows = rows_of_page(segments)
    single: list[PageRow] = []
    start = 0
    while start < len(rows):
        end, gutters = _columns_from(rows, start)
        end = _table_end(rows, start, end, gutters)
        if not gutters or end - start < _CELL_ROWS:
            single.append(rows[start])
            start += 1
            continue
        yield from _with_tables([joined(row) for row in single])
        single = []
        yield from _column_parts(rows[start:end], gutters)
        start = end
    yield from _with_tables([joined(row) for row in single])


def _with_tables(lines: Sequence[Line]) -> Iterator[Part]:
    """Yield the lines, and those that are rows of a table as tables."""
    for edges, group in groupby(lines, key=lambda line: line.edges):
        same = list(group)
        if not edges:
            yield same
            continue
        heads = heads_of(same)
        yield TableLines(
            tuple(line.cells for line in same), heads, tuple(pairwise(edges)), same[-1].size
        )


def _table_end(rows: Sequence[PageRow], start: int, end: int, gutters: Sequence[float]) -> int:
    """Return where a table within columns ends; it has two cells in its first row.

    Columns of prose stay as they are.
    """
    cells = [_cells(row, gutters) for row in rows[start:end]]
    if not gutters or _is_prose(list(zip(*cells, strict=True))):
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


def _columns_from(rows: Sequence[PageRow], start: int) -> tuple[int, list[float]]:
    """Return where the columns that begin with the row `start` end, and what divides them."""
    gaps = _gaps(rows[start])
    end = start + 1
    while end < len(rows) and _is_near(rows[end - 1], rows[end]):
        narrower = _common(gaps, _gaps(rows[end]), _width_needed(rows[start : end + 1]))
        dividing = _dividing(rows[start : end + 1], narrower)
        before = _dividing(rows[start:end], gaps)
        is_other = len(dividing) != len(before) and _is_far(rows, end, start)
        if len(dividing) < len(before) and _runs_across(rows, start, end, before):
            break
        if is_other or (not dividing and (before or not narrower)):
            break
        gaps = narrower
        end += 1
    gutters = _dividing(rows[start:end], gaps)
    return end, gutters if end - start >= _CELL_ROWS else []


def _runs_across(rows: Sequence[PageRow], start: int, end: int, gutters: Sequence[float]) -> bool:
    """Tell whether the row `end` is one line of text below a table, over several of its columns."""
    if len(rows[end]) > 1 or end - start < _CELL_ROWS:
        return False
    return not _is_prose(list(zip(*(_cells(row, gutters) for row in rows[start:end]), strict=True)))


def _gaps(row: PageRow) -> list[_Gap]:
    """Return the free spaces of a row, the margins among them."""
    edges = [float("-inf"), *(x for each in row for x in (each.left, each.right)), float("inf")]
    return [(left, right) for left, right in zip(edges[::2], edges[1::2], strict=True)]


def _common(gaps: Sequence[_Gap], others: Sequence[_Gap], width: float) -> list[_Gap]:
    shared = ((max(gap[0], other[0]), min(gap[1], other[1])) for gap in gaps for other in others)
    return [gap for gap in shared if gap[1] - gap[0] >= width]


def _width_needed(rows: Sequence[PageRow]) -> float:
    return _GUTTER * rows[-1][0].size


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


def _dividing(rows: Sequence[PageRow], gaps: Sequence[_Gap]) -> list[float]:
    """Return the middles of the gaps that have text on both sides, in one row at least."""
    return [
        (left + right) / 2
        for left, right in gaps
        if any(row[0].right <= left and row[-1].left >= right for row in rows)
    ]


def _column_parts(
    rows: Sequence[PageRow], gutters: Sequence[float]
) -> Iterator[Sequence[Line] | TableLines]:
    cells = [_cells(row, gutters) for row in rows]
    columns = list(zip(*cells, strict=True))
    if _is_prose(columns):
        for column in columns:
            if any(len(cell) > 1 for cell in column):
                yield from in_reading_order(segment for cell in column for segment in cell)
            else:
                yield from _with_tables([joined(cell) for cell in column if cell])
    elif len(rows) < _MIN_ROWS and len(gutters) == 1 and not _are_pairs(columns):
        yield [joined(row) for row in rows]
    else:
        sides = tuple(
            (
                min(each.left for cell in column for each in cell),
                max(each.right for cell in column for each in cell),
            )
            for column in columns
        )
        lines = whole_rows(
            [
                replace(joined(row), cells=tuple(joined(each).text if each else "" for each in own))
                for row, own in zip(rows, cells, strict=True)
            ]
        )
        yield TableLines(
            tuple(line.cells for line in lines), heads_of(lines), sides, lines[-1].size
        )


def _are_pairs(columns: Iterable[Sequence[PageRow]]) -> bool:
    """Tell whether each cell is a label with its value."""
    return all(is_key_value(joined(cell).text) for column in columns for cell in column if cell)


def _cells(row: PageRow, gutters: Sequence[float]) -> list[PageRow]:
    edges = [float("-inf"), *gutters, float("inf")]
    return [
        [each for each in row if left <= (each.left + each.right) / 2 < right]
        for left, right in pairwise(edges)
    ]


def _is_prose(columns: Sequence[Sequence[PageRow]]) -> bool:
    """Tell whether text runs down each of the columns, instead of across."""
    if len(columns[0]) < _MIN_ROWS:
        return False
    words = [[len(joined(cell).text.split()) for cell in column if cell] for column in columns]
    return all(each and median(each) >= _PROSE_WORDS for each in words)
