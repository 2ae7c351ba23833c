"""The order in which the pieces of text on a printed page are read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from askmesh.ingestion.lines import is_key_value
from askmesh.ingestion.page_columns import cells_of, columns_from, is_prose
from askmesh.ingestion.page_rows import Line, PageRow, Segment, joined, rows_of_page
from askmesh.ingestion.page_tables import TableLines, heads_of, whole_rows

_MIN_ROWS = 3


Part = Sequence[Line] | TableLines


def in_reading_order(segments: Iterable[Segment]) -> Iterator[Part]:
    """Yield the parts of a page: lines that follow each other, column by column, and tables."""
    rows = rows_of_page(segments)
    single: list[PageRow] = []
    start = 0
    while start < len(rows):
        end, gutters = columns_from(rows, start)
        if not gutters:
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


def _column_parts(
    rows: Sequence[PageRow], gutters: Sequence[float]
) -> Iterator[Sequence[Line] | TableLines]:
    cells = [cells_of(row, gutters) for row in rows]
    columns = list(zip(*cells, strict=True))
    if is_prose(columns):
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
