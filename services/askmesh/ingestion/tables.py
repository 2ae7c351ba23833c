"""Tables: rows of cells, and which of them name the columns."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from askmesh.ingestion.blocks import KeyValue, LabelledRow, Paragraph

_NUMBER = re.compile(r"[^\w]*\d[\d\s.,:/%\u20ac$\u00a3-]*\w{0,3}$")
_DIGITS = re.compile(r"\d+")
_MAX_HEADER_CHARS = 60
_MIN_COLUMNS = 3

Cells = Sequence[str]


def rows_with_headers(headers: Sequence[Cells], rows: Sequence[Cells]) -> Iterator[LabelledRow]:
    """Yield a row for each of `rows`, every cell with the header of its column.

    Headers of several rows are read from top to bottom. Cells without text are left out.
    """
    names = [_header(column) for column in zip_longest(*headers, fillvalue="")]
    for row in rows:
        cells = zip_longest(names, map(_line, row), fillvalue="")
        kept = tuple((name, value) for name, value in cells if value)
        if kept:
            yield LabelledRow(kept)


def rows_of(rows: Sequence[Cells]) -> Iterator[LabelledRow | KeyValue | Paragraph]:
    """Yield the rows of a table that does not say which of its rows names the columns.

    The first one does if it looks like that. Two columns of labels and values are key-value lines,
    and one column is no table.
    """
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if has_header(filled):
        yield from rows_with_headers(filled[:1], filled[1:])
    elif all(len(row) == 1 for row in filled):
        yield from (Paragraph(_line(row[0])) for row in filled)
    elif all(_is_labelled(row) for row in filled):
        yield from (KeyValue(f"{_header(row[:1])}: {_line(row[1])}") for row in filled)
    else:
        yield from rows_with_headers([], filled)


def has_header(rows: Sequence[Cells]) -> bool:
    """Tell whether the first of `rows` looks like the names of the columns."""
    if len(rows) < 2 or len(rows[0]) < 2:  # noqa: PLR2004 - a table has two of each
        return False
    first = [_line(cell) for cell in rows[0]]
    names = [name for name in first[1:] if name]
    if len(names) < len(first) - 1 or len(set(first)) < len(first):
        return False
    if any(_NUMBER.match(name) or len(name) > _MAX_HEADER_CHARS for name in first):
        return False
    if _is_like_the_others(rows):
        return False
    return len(first) >= _MIN_COLUMNS or _is_above_numbers(rows)


def _is_like_the_others(rows: Sequence[Cells]) -> bool:
    """Tell whether a cell of the first row differs from those below in a number alone."""
    columns = (
        {_DIGITS.sub("0", _line(cell)) for cell in column}
        for column in zip_longest(*rows, fillvalue="")
    )
    return any(len(column) == 1 and "0" in "".join(column) for column in columns)


def _is_above_numbers(rows: Sequence[Cells]) -> bool:
    return all(_NUMBER.match(_line(row[-1])) for row in rows[1:] if row)


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
