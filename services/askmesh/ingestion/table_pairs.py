"""Labels with their values, in tables that are none: several columns of both side by side."""

import re
from collections.abc import Sequence
from itertools import zip_longest

_Cells = Sequence[str]
Pair = tuple[str, str]

_MIN_COLUMNS = 4
_MAX_LABEL_CHARS = 60
_NUMBER = re.compile(r"[^\w]*\d[\d\s.,:/%\u20ac$\u00a3-]*\w{0,3}$")
_WHOLE = re.compile(r"([^:|]{1,60}):\s+(\S.*)")


def pairs_in(rows: Sequence[_Cells]) -> list[Pair]:
    """Return the labels with their values, column by column; nothing if `rows` are a table.

    Each cell is a label with its value, or columns of labels stand before columns of values. That
    is told by colons, by values of several kinds in one column, or by numbers of what is in order.
    """
    whole = [_WHOLE.fullmatch(cell) for row in rows for cell in row if cell]
    if len(rows[0]) > 1 and all(whole):
        return [(match[1], match[2]) for match in whole if match]
    columns = list(zip_longest(*rows, fillvalue=""))
    if len(columns) < _MIN_COLUMNS or len(columns) % 2 or len(rows) == 1:
        return []
    pairs = [
        pair
        for labels, values in zip(columns[::2], columns[1::2], strict=True)
        for pair in zip(labels, values, strict=True)
        if any(pair)
    ]
    labels = [label for label, _ in pairs]
    if not all(map(_is_label, labels)) or len(set(labels)) < len(labels):
        return []
    return pairs if _are_told(labels, columns[1::2]) else []


def _are_told(labels: Sequence[str], columns: Sequence[_Cells]) -> bool:
    if all(label.endswith(":") for label in labels):
        return True
    kinds = [{_NUMBER.match(value) is None for value in column if value} for column in columns]
    in_order = sorted(labels, key=str.casefold) == labels
    return {True, False} in kinds or (kinds == [{False}] * len(kinds) and in_order)


def _is_label(text: str) -> bool:
    return 0 < len(text) <= _MAX_LABEL_CHARS and not _NUMBER.match(text)
