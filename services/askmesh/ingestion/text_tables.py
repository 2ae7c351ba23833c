"""Tables in plain text: drawn with borders, or in columns that stand apart."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from askmesh.ingestion.blocks import Block
from askmesh.ingestion.tables import rows_of, rows_with_headers

_BORDER = re.compile(r"\s*[+|](?:\s*:?[-=]+:?\s*[+|])+\s*$")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_COLUMN = re.compile(r"\S+(?: \S+)*")
_COLUMN_RULE = re.compile(r"\s*[=-]{2,}(?:\s+[=-]{2,})+\s*$")
_MIN_ROWS = 2
_MIN_COLUMNS = 2
_MAX_CELL_CHARS = 60


def is_drawn(line: str) -> bool:
    """Tell whether a line is a row or a border of a table that is drawn."""
    return _ROW.match(line) is not None or _is_border(line)


def rows_of_drawing(lines: Sequence[str]) -> Iterator[Block]:
    """Yield the rows of a drawn table; where borders divide them, a row may have several lines."""
    parts = [list(part) for border, part in groupby(lines, _is_border) if not border]
    if not parts:
        return
    is_grid = any(line.lstrip().startswith("+") for line in lines)
    rows = [_row(part) for part in parts] if is_grid else [_row([x]) for p in parts for x in p]
    ruled = any("=" in line for line in lines if _is_border(line))
    if ruled or (not is_grid and len(parts) > 1 and len(parts[0]) == 1):
        yield from rows_with_headers(rows[:1], rows[1:])
    else:
        yield from rows_of(rows)


def columns_of(lines: Sequence[str]) -> list[Block]:
    """Return the rows of a table whose columns stand apart, two spaces or more; else nothing."""
    ruled = next((at for at, line in enumerate(lines) if _COLUMN_RULE.match(line)), None)
    rows = [list(_COLUMN.finditer(line)) for line in lines if not _COLUMN_RULE.match(line)]
    if len(rows) < _MIN_ROWS or len(rows[0]) < _MIN_COLUMNS or not _are_aligned(rows):
        return []
    texts = [[cell.group() for cell in row] for row in rows]
    if ruled == 1:
        return list(rows_with_headers(texts[:1], texts[1:]))
    return list(rows_of(texts))


def _are_aligned(rows: Sequence[Sequence[re.Match[str]]]) -> bool:
    """Tell whether all rows have as many cells, each column beginning or ending in one place."""
    if len({len(row) for row in rows}) > 1:
        return False
    if any(len(cell.group()) > _MAX_CELL_CHARS for row in rows for cell in row):
        return False
    columns = list(zip(*rows, strict=True))
    return all(
        len({cell.start() for cell in column}) == 1 or len({cell.end() for cell in column}) == 1
        for column in columns
    )


def _is_border(line: str) -> bool:
    return _BORDER.match(line) is not None


def _row(lines: Sequence[str]) -> list[str]:
    columns = zip_longest(*(line.strip()[1:-1].split("|") for line in lines), fillvalue="")
    return [" ".join(" ".join(cells).split()) for cells in columns]
