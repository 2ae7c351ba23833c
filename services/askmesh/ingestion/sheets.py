"""What the rows of a sheet mean: tables with titles and names of columns, or facts."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from askmesh.ingestion.blocks import KeyValue, LabelledRow, Paragraph
from askmesh.ingestion.sheet_tables import tables_in
from askmesh.ingestion.table_sections import spanning
from askmesh.ingestion.tables import Cells, has_two_heads, is_like_the_others, is_number
from askmesh.ingestion.tables import rows_with_headers as with_headers

_DATE = re.compile(r"\d+[-/.:]\d+[-/.:]")
_LOOKED_AT = 200
_MAX_FACTS = 50


def blocks_of_sheet(rows: Sequence[Cells]) -> Iterator[LabelledRow | KeyValue | Paragraph]:
    """Yield the rows of a sheet, whose first row names the columns unless it is like the others.

    Titles may stand above it, and so may further tables below and beside it. Two
    columns of labels and values of several kinds are key-value lines.
    """
    tables = list(tables_in(rows))
    for table in tables:
        if len(tables) > 1 and max(map(_filled, table)) == 1:
            yield from (Paragraph("".join(row)) for row in table)
            continue
        titles = _titles_above(table)
        yield from (Paragraph(" ".join(dict.fromkeys(filter(None, row)))) for row in titles)
        yield from _table(table[len(titles) :])


def _titles_above(table: Sequence[Cells]) -> Sequence[Cells]:
    """Return the first rows of a table that have one text each, while others have more."""
    width = max(map(_filled, table))
    above = 0
    while above < len(table) - 1 and width > 1:
        if _filled(table[above]) > 1 and not spanning(table[above]):
            break
        above += 1
    return table[:above]


def _table(rows: Sequence[Cells]) -> Iterator[LabelledRow | KeyValue]:
    if _are_facts(rows):
        yield from (KeyValue(f"{row[0].strip().rstrip(':')}: {row[1].strip()}") for row in rows)
        return
    heads = 2 if has_two_heads(rows) else int(len(rows) > 1 and not _is_data(rows[:_LOOKED_AT]))
    yield from with_headers(rows[:heads], rows[heads:])


def _is_data(rows: Sequence[Cells]) -> bool:
    """Tell whether the first of `rows` is like those below it, and names nothing."""
    numbers = [int(cell) for cell in rows[0] if re.fullmatch(r"\d{1,6}", cell.strip())]
    steps = {following - number for number, following in pairwise(numbers)}
    names_steps = steps == {1} or (len(steps) == 1 < len(numbers) - 1)  # years, hours
    return is_like_the_others(rows) and not names_steps


def _are_facts(rows: Sequence[Cells]) -> bool:
    """Tell whether rows are labels with values of several kinds, such as a name and a date."""
    if not 2 <= len(rows) <= _MAX_FACTS or any(_filled(row) != 2 for row in rows):  # noqa: PLR2004 - label and value
        return False
    if any(not all(row[:2]) or is_number(row[0]) for row in rows):
        return False
    kinds = {_kind(row[1]) for row in rows[1:]}
    are_labels = all(row[0].rstrip().endswith(":") for row in rows)
    return (len(kinds) > 1 or are_labels) and len({row[0] for row in rows}) == len(rows)


def _kind(cell: str) -> str:
    if not is_number(cell):
        return "words"
    return "a date" if _DATE.match(cell) else "a number"


def _filled(row: Cells) -> int:
    return sum(bool(cell.strip()) for cell in row)
