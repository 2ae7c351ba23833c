"""Which tables stand on a sheet, below and beside each other."""

from collections.abc import Iterator, Sequence
from itertools import dropwhile, groupby

from askmesh.ingestion.table_sections import spanning
from askmesh.ingestion.tables import Cells, is_number

_LOOKED_AT = 20


def tables_in(rows: Sequence[Cells]) -> Iterator[list[Cells]]:
    """Yield the tables of a sheet.

    One ends where an empty row comes before a title or before the names of other columns. Tables
    that stand beside each other, with an empty column between them, have names of columns each.
    """
    for table in _below_each_other(rows):
        yield from _beside_each_other(table)


def _below_each_other(rows: Sequence[Cells]) -> Iterator[list[Cells]]:
    table: list[Cells] = []
    is_apart = False
    for at, row in enumerate(rows):
        if table and is_apart and _begins_table(rows[at : at + _LOOKED_AT]):
            yield table
            table = []
        is_apart = not any(map(str.strip, row))
        if not is_apart:
            table.append(row)
    if table:
        yield table


def _begins_table(rows: Sequence[Cells]) -> bool:
    """Tell whether the first of `rows`, which stands below an empty one, begins a table."""
    first, below = rows[0], rows[1:]
    if not below or len(_filled(below[0])) < 2:  # noqa: PLR2004 - a table has two columns
        return False
    return len(_filled(first)) == 1 or spanning(first) != "" or _names_numbers(first, below)


def _names_numbers(first: Cells, below: Sequence[Cells]) -> bool:
    """Tell whether words stand in all columns that are used below them, one above numbers."""
    used = _filled(first)
    rows: list[Cells] = []
    for row in below:
        if not _filled(row):
            break
        rows.append(row)
    if not _are_names(first) or any(not set(_filled(row)) <= set(used) for row in rows):
        return False
    columns = ([row[at] for row in rows if at < len(row)] for at in used)
    return any(len(column) == len(rows) and all(map(is_number, column)) for column in columns)


def _beside_each_other(table: Sequence[Cells]) -> Iterator[list[Cells]]:
    blocks = list(_blocks(table))
    parts = [[row[first : last + 1] for row in table] for first, last in blocks if last > first]
    if 1 < len(parts) == len(blocks) and all(map(_is_whole, parts)):
        yield from ([row for row in part if _filled(row)] for part in parts)
    else:
        yield list(table)


def _blocks(table: Sequence[Cells]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of the columns that stand together without an empty one."""
    used = set[int]()
    for row in table:
        if len(used) < len(row):
            used.update(_filled(row))
    for _, group in groupby(enumerate(sorted(used)), key=lambda each: each[1] - each[0]):
        columns = [column for _, column in group]
        yield columns[0], columns[-1]


def _is_whole(part: Sequence[Cells]) -> bool:
    """Tell whether columns are a table of their own: their first one tells what each row is of."""
    used = (row for row in part if _filled(row))
    rows = list(dropwhile(lambda row: len(_filled(row)) == 1, used))
    firsts = [row[0].strip() for row in rows]
    return len(rows) > 1 and _are_names(firsts) and bool(_are_names(rows[0]) or _are_labels(firsts))


def _are_labels(cells: Cells) -> bool:
    return all(cell.endswith(":") for cell in cells)


def _are_names(row: Cells) -> bool:
    """Tell whether the filled cells of a row are different words."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return len(set(cells)) == len(cells) > 1 and not any(map(is_number, cells))


def _filled(row: Cells) -> list[int]:
    return [at for at, cell in enumerate(row) if cell.strip()]
