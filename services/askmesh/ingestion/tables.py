"""Tables: rows of cells, and which of them name the columns."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from askmesh.ingestion.blocks import KeyValue, LabelledRow, Paragraph
from askmesh.ingestion.table_pairs import pairs_in
from askmesh.ingestion.table_sections import Spanned, in_sections, spanning
from askmesh.ingestion.week_columns import with_whole_days
from askmesh.text import MONTH_PATTERN

_NUMBER = re.compile(r"[^\w]*\d[\d\s.,:/%\u20ac$\u00a3-]*\w{0,3}$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGITS = re.compile(rf"\d+(?:(?:st|nd|rd|th)?\.? (?:of )?(?:{MONTH_PATTERN})\b)?", re.IGNORECASE)
"""Numbers, and days of a month."""
_MAX_HEADER_CHARS = 60
_MIN_COLUMNS = 3

_MAX_SPAN, _MAX_ROWS_SPANNED = 50, 1000

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the numbers of columns and rows that it spans, and whether it names them."""

    text: str
    across: int = 1
    down: int = 1
    heads: bool = False


def spread(rows: Iterable[Iterable[Cell]]) -> Iterator[list[Cell]]:
    """Yield rows in which a cell stands in each place that it spans."""
    below: dict[int, tuple[Cell, int]] = {}  # by column: a cell that goes on below
    for row in rows:
        cells: list[Cell] = []
        for cell in row:
            _add_spanning(cells, below)
            further = [replace(cell, text=Spanned(cell.text))] * (min(cell.across, _MAX_SPAN) - 1)
            for each in (cell, *further):
                if cell.down > 1:
                    below[len(cells)] = (each, min(cell.down, _MAX_ROWS_SPANNED) - 1)
                cells.append(each)
        _add_spanning(cells, below)
        yield cells


def _add_spanning(cells: list[Cell], below: dict[int, tuple[Cell, int]]) -> None:
    while len(cells) in below:
        cell, rows = below.pop(len(cells))
        if rows > 1:
            below[len(cells)] = (cell, rows - 1)
        cells.append(cell)


def rows_with_headers(headers: Sequence[Cells], rows: Sequence[Cells]) -> Iterator[LabelledRow]:
    """Yield a row for each of `rows`, every cell with the header of its column.

    Headers of several rows are read from top to bottom, short days of a week by their names. Cells
    without text are left out. Before the cells of a row stands the title of its section, if the
    table has sections.
    """
    names = with_whole_days([_header(column) for column in zip_longest(*headers, fillvalue="")])
    for title, row in in_sections(rows):
        cells = zip_longest(names, map(_line, row), fillvalue="")
        kept = tuple((name, value) for name, value in cells if value)
        if title and (kept or not row):
            yield LabelledRow((("", title), *kept))
        elif kept:
            yield LabelledRow(kept)


def rows_of(rows: Sequence[Cells]) -> Iterator[LabelledRow | KeyValue | Paragraph]:
    """Yield the rows of a table that does not say which of its rows names the columns.

    The first one does if it looks like that; what spans all columns above it is a title. Columns of
    labels and values are key-value lines, and one column is no table.
    """
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if is_below_title(filled):
        yield Paragraph(spanning(filled[0]))
        filled = filled[1:]
    heads = 2 if has_two_heads(filled) else int(has_header(filled))
    if heads:
        yield from rows_with_headers(filled[:heads], filled[heads:])
    elif all(len(row) == 1 for row in filled):
        yield from (Paragraph(_line(row[0])) for row in filled)
    elif filled and (pairs := pairs_in([list(map(_line, row)) for row in filled])):
        yield from (_pair(pair) if pair[1] else Paragraph(pair[0]) for pair in pairs)
    elif all(_is_labelled(row) for row in filled):
        yield from map(_pair, filled)
    else:
        yield from rows_with_headers([], filled)


def is_below_title(rows: Sequence[Cells]) -> bool:
    """Tell whether the first of `rows` is a title above a table, not that of its first section."""
    if len(rows) < 2 or not spanning(rows[0]) or spanning(rows[1]):  # noqa: PLR2004 - title and table
        return False
    return has_header(rows[1:]) or not any(map(spanning, rows[2:]))


def has_header(rows: Sequence[Cells]) -> bool:
    """Tell whether the first of `rows` looks like the names of the columns."""
    if len(rows) < 2 or len(rows[0]) < 2:  # noqa: PLR2004 - a table has two of each
        return False
    if all(row and row[0].rstrip().endswith(":") for row in rows):
        return False  # they are labels
    first = [_line(cell) for cell in rows[0]]
    names = [name for name in first[1:] if name]
    if len(names) < len(first) - 1 or len(set(first)) < len(first):
        return False
    if any(_NUMBER.match(name) or len(name) > _MAX_HEADER_CHARS for name in first):
        return False
    if is_like_the_others(rows):
        return False
    return len(first) >= _MIN_COLUMNS or _is_above_numbers(rows)


def has_two_heads(rows: Sequence[Cells]) -> bool:
    """Tell whether names in the first of `rows` span several columns, which the second one names.

    The row is as `spread` makes it: a name stands in each column that it spans.
    """
    if len(rows) <= 2:  # noqa: PLR2004 - two of names, and one of values
        return False
    first, second = (list(map(_line, row)) for row in rows[:2])
    spans = any(name and name == following for name, following in pairwise(first))
    names = [_header(column) for column in zip_longest(first, second, fillvalue="")]
    own = [name for name, above in zip(second, first, strict=False) if name != above]
    return (
        spans
        and len(set(names)) == len(names)
        and all(names[1:])
        and not any(len(name) > _MAX_HEADER_CHARS for name in names)
        and not any(_NUMBER.match(name) and not _YEAR.fullmatch(name) for name in own)
    )


def is_like_the_others(rows: Sequence[Cells]) -> bool:
    """Tell whether a cell of the first row differs from those below in a number or a day alone."""
    columns = (
        {_DIGITS.sub("0", _line(cell)) for cell in column} - {""}
        for column in zip_longest(*rows, fillvalue="")
        if column[0]
    )
    return any(len(column) == 1 and "0" in "".join(column) for column in columns)


def is_number(cell: str) -> bool:
    """Tell whether a cell is a number, a date, or an amount with its unit."""
    return _NUMBER.match(cell.strip()) is not None


def _is_above_numbers(rows: Sequence[Cells]) -> bool:
    return all(_NUMBER.match(_line(row[-1])) for row in rows[1:] if row)


def _pair(row: Cells) -> KeyValue | Paragraph:
    if text := spanning(row):
        return Paragraph(text)
    return KeyValue(f"{_header(row[:1])}: {_line(row[1])}")


def _is_labelled(row: Cells) -> bool:
    if len(row) != 2:  # noqa: PLR2004 - a label and a value
        return False
    label, value = map(_line, row)
    return bool(label and value) and len(label) <= _MAX_HEADER_CHARS


def _header(names: Sequence[str]) -> str:
    unique = dict.fromkeys(line for name in names if (line := _line(name)))
    return " ".join(unique).rstrip(": ")


def _line(cell: str) -> str:
    return " ".join(cell.split())
