"""Rows of tables that are no rows of values: titles above others, and notes below them."""

import re
from collections.abc import Iterator, Sequence

_Cells = Sequence[str]

_MAX_TITLE_CHARS = 60
_MIN_SECTIONS = 2
_ENDED = (".", "!", "?", ";")
_TOTAL = re.compile(r"(?:grand )?total|sum|summe|gesamt|insgesamt", re.IGNORECASE)
_VALUE = re.compile(r"[^\w]*\d")


class Spanned(str):
    """The text of a cell, in a further column that it spans. Equal texts alone span nothing."""

    __slots__ = ()


def over_columns(text: str, across: int) -> list[str]:
    """Return the text of a cell in each of the columns that it spans."""
    return [text, *[Spanned(text)] * (across - 1)]


def spanning(row: _Cells) -> str:
    """Return the text of the one cell that spans all columns of a row; else none.

    A number is no title.
    """
    is_one = len(row) > 1 and all(isinstance(cell, Spanned) for cell in row[1:])
    text = _line(row[0]) if is_one else ""
    return "" if _VALUE.match(text) else text


def in_sections(rows: Sequence[_Cells]) -> Iterator[tuple[str, _Cells]]:
    """Yield the rows of values, each behind the title of its section; behind a note is none.

    A title spans all columns. Or it stands in the first one, where all other rows have values, and
    each of them is below a title.
    """
    divides = _first_cells_divide(rows)
    title = ""
    for at, row in enumerate(rows):
        is_last = at == len(rows) - 1
        text = spanning(row) or (_alone(row) if divides else "")
        if text and _is_title(text) and not is_last and not spanning(rows[at + 1]):
            title = text
        elif text:
            yield text, ()
        else:
            yield "" if is_last and _TOTAL.match(row[0] if row else "") else title, row


def _first_cells_divide(rows: Sequence[_Cells]) -> bool:
    """Tell whether rows that have a first cell only are titles of those below them."""
    if not rows or not _alone(rows[0]):
        return False
    before = False
    count = 0
    for row in rows:
        alone = bool(_alone(row))
        if alone and (before or not _is_title(row[0])):
            return False
        count += alone
        before = alone
    return count >= _MIN_SECTIONS and not before


def _alone(row: _Cells) -> str:
    return _line(row[0]) if row and row[0] and not any(map(str.strip, row[1:])) else ""


def _is_title(text: str) -> bool:
    return len(text) <= _MAX_TITLE_CHARS and not text.endswith(_ENDED) and not _VALUE.match(text)


def _line(cell: str) -> str:
    return " ".join(cell.split())
