"""Tables in plain text: drawn with borders, or in columns that stand apart."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest

from askmesh.ingestion.blocks import Block
from askmesh.ingestion.tables import rows_of, rows_with_headers

_BORDER = re.compile(r"\s*[+|](?:\s*:?[-=]+:?\s*[+|])+\s*$")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_COLUMN = re.compile(r"\S+(?: \S+)*")
_COLUMN_RULE = re.compile(r"\s*[=-]{2,}(?:\s+[=-]{2,})+\s*$")
# A code, a number or an option, and what it means.
_EXPLAINED = re.compile(r"\s*(?=\S*[\d-]|[A-Z_]+\s)(\S{1,30})(?:\t|\s{2,})(\S.*)$")
_ASSIGNED = re.compile(r"[=:]\s+(?=\S)")
_MIN_ROWS = 2
_MIN_COLUMNS = 2
_SLACK = 2
"""By how many characters values may begin apart that are set to the right: "35 %", "100 %"."""
_MANY_ROWS = 3
_MIN_GAP = 3
_MAX_CELL_CHARS = 60
_MAX_LAST_CELL_CHARS = 400


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


def starts_columns(line: str) -> bool:
    """Tell whether a line may be the first of a table whose columns stand apart."""
    return len(_COLUMN.findall(line)) >= _MIN_COLUMNS or _EXPLAINED.match(line) is not None


def columns_of(lines: Sequence[str]) -> list[Block]:
    """Return the rows of a table whose columns stand apart, two spaces or more; else nothing.

    A row that goes on below, in its last column only, is one.
    """
    if (explained := _explained(lines)) is not None:
        return list(rows_of(explained))
    ruled = next((at for at, line in enumerate(lines) if _COLUMN_RULE.match(line)), None)
    rows = _whole(_cells([line for line in lines if not _COLUMN_RULE.match(line)]))
    if len(rows) < _MIN_ROWS or len(rows[0]) < _MIN_COLUMNS or not _are_aligned(rows):
        return []
    texts = [[" ".join(part.group() for part in cell) for cell in row] for row in rows]
    if all(_ASSIGNED.match(row[1]) for row in texts):
        texts = [[row[0], _ASSIGNED.sub("", row[1]), *row[2:]] for row in texts]
    if ruled == 1:
        return list(rows_with_headers(texts[:1], texts[1:]))
    return list(rows_of(texts))


def indent_of(line: str) -> int:
    """Return by how many characters a line is set in."""
    return len(line) - len(line.lstrip())


def _cells(lines: Sequence[str]) -> list[list[re.Match[str]]]:
    """Return the cells of each line: two of them where its first one touches the second column."""
    rows = [list(_COLUMN.finditer(line)) for line in lines]
    starts = {row[1].start() for row in rows if len(row) == _MIN_COLUMNS}
    if len(starts) != 1 or max(map(len, rows)) > _MIN_COLUMNS:
        return rows
    (start,) = starts
    return [
        [*_COLUMN.finditer(line, 0, start), *_COLUMN.finditer(line, start)]
        if len(row) == 1 and _begins_at(line, start)
        else row
        for line, row in zip(lines, rows, strict=True)
    ]


def _begins_at(line: str, place: int) -> bool:
    return line[place - 1 : place] == " " and line[place : place + 1].strip() != ""


def _explained(lines: Sequence[str]) -> list[list[str]] | None:
    """Return codes with what they mean; None if `lines` are anything else."""
    rows: list[list[str]] = []
    for line in lines:
        match = _EXPLAINED.match(line)
        if match and not _COLUMN.findall(match.group(2))[1:]:
            rows.append([match.group(1), match.group(2)])
        elif rows and indent_of(line) > indent_of(lines[0]):
            rows[-1][1] += f" {line.strip()}"
        else:
            return None
    return rows if len(rows) >= _MIN_ROWS else None


def _whole(rows: Sequence[Sequence[re.Match[str]]]) -> list[list[list[re.Match[str]]]]:
    """Return rows of cells, each in all of its parts."""
    whole: list[list[list[re.Match[str]]]] = []
    for row in rows:
        goes_on = whole and len(row) == 1 < len(whole[-1])
        if goes_on and row[0].start() == whole[-1][-1][0].start():
            whole[-1][-1].append(row[0])
        else:
            whole.append([[cell] for cell in row])
    return whole


def _are_aligned(rows: Sequence[Sequence[Sequence[re.Match[str]]]]) -> bool:
    """Tell whether all rows have as many cells, each column beginning or ending in one place."""
    if len({len(row) for row in rows}) > 1:
        return False
    if any(not _fits(row) for row in rows):
        return False
    columns = [[cell[0] for cell in column] for column in zip(*rows, strict=True)]
    slack = _SLACK if len(rows) >= _MANY_ROWS and _stand_apart(rows) else 0
    return all(
        _spread(cell.start() for cell in column) <= slack
        or len({cell.end() for cell in column}) == 1
        for column in columns
    )


def _stand_apart(rows: Sequence[Sequence[Sequence[re.Match[str]]]]) -> bool:
    """Tell whether rows are a name and a value each, three spaces or more between them."""
    return all(
        len(row) == _MIN_COLUMNS and row[1][0].start() - row[0][0].end() >= _MIN_GAP for row in rows
    )


def _spread(places: Iterable[int]) -> int:
    found = list(places)
    return max(found) - min(found)


def _fits(row: Sequence[Sequence[re.Match[str]]]) -> bool:
    sizes = [sum(len(part.group()) for part in cell) for cell in row]
    return max(sizes[:-1], default=0) <= _MAX_CELL_CHARS and sizes[-1] <= _MAX_LAST_CELL_CHARS


def _is_border(line: str) -> bool:
    return _BORDER.match(line) is not None


def _row(lines: Sequence[str]) -> list[str]:
    columns = zip_longest(*(line.strip()[1:-1].split("|") for line in lines), fillvalue="")
    return [" ".join(" ".join(cells).split()) for cells in columns]
