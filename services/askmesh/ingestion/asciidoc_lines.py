"""What lines of AsciiDoc say to a reader: marks taken off, names of values put in."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence

from askmesh.ingestion.blocks import Block
from askmesh.ingestion.table_sections import over_columns
from askmesh.ingestion.tables import rows_of, rows_with_headers

_LINK = re.compile(r"(?:link:|xref:|mailto:|(?=https?://))([^\s\[\]]+)\[([^\]]*)\]")
_CROSS = re.compile(r"<<([^,>]+)(?:,\s*([^>]+))?>>")
_MACRO = re.compile(
    r"(?:image|icon|kbd|btn|menu|footnote|pass|stem|indexterm2?):[^\s\[]*\[([^\]]*)\]"
)
_ANCHOR = re.compile(r"\[\[[^\]]*\]\]|\[#[^\]]*\](?=[#*_`])|\(\(\(.*?\)\)\)")
_MARKED = re.compile(
    r"(?<![\w*_`#+])(?:\[[.\w-]+\])?(\*\*|__|``|##|[*_`#+])(?=\S)(.+?)(?<=\S)\1(?![\w*_`#+])"
)
_VALUE = re.compile(r"\{([\w-]+)\}")
_CELL = re.compile(
    r"(?:(?<=\s)|^)(?:(\d+)(?:\.\d+)?\+|\.\d+\+|(\d+)\*)?[<^>]?[aehlmsv]?\||(?<!\\)\|"
)
_MAX_REPEATED = 50
_COLUMNS = re.compile(r"cols=(?:\"([^\"]+)\"|([^\",\]]+))")


def plain(text: str, values: Mapping[str, str]) -> str:
    """Return `text` without its marks, with the `values` of the names in it."""
    text = _VALUE.sub(lambda match: values.get(match.group(1).lower(), match.group()), text)
    text = _ANCHOR.sub("", text)
    text = _LINK.sub(lambda match: match.group(2).rstrip("^") or match.group(1), text)
    text = _CROSS.sub(lambda match: match.group(2) or match.group(1), text)
    text = _MACRO.sub(lambda match: match.group(1), text)
    return _MARKED.sub(r"\2", _MARKED.sub(r"\2", text)).removesuffix(" +")


def table_of(
    lines: Sequence[str], attributes: str, values: Mapping[str, str], separator: str
) -> Iterator[Block]:
    """Yield the rows of a table, of which `lines` stand between its marks.

    A `separator` divides its cells as in CSV; without one, marks begin them.
    """
    filled = [line for line in lines if line.strip() and not line.startswith("//")]
    if separator:
        rows = [
            [plain(cell, values) for cell in row] for row in csv.reader(filled, delimiter=separator)
        ]
    else:
        rows = _rows(filled, attributes, values)
    if "header" in attributes or _has_header(lines):
        yield from rows_with_headers(rows[:1], rows[1:])
    else:
        yield from rows_of(rows)


def _rows(lines: Sequence[str], attributes: str, values: Mapping[str, str]) -> list[list[str]]:
    cells = list(_cells(lines, values))
    width = _width(attributes) or len(list(_cells(lines[:1], values))) or 1
    return [cells[at : at + width] for at in range(0, len(cells), width)]


def _cells(lines: Sequence[str], values: Mapping[str, str]) -> Iterator[str]:
    """Yield the texts of cells; one that spans columns or is repeated comes once for each."""
    whole = "\n".join(lines)
    marks = list(_CELL.finditer(whole))
    ends = [mark.start() for mark in marks[1:]] + [len(whole)]
    places = [(mark.end(), mark[1], mark[2]) for mark in marks] or [(0, None, None)]
    for (start, across, times), end in zip(places, ends, strict=True):
        text = plain(" ".join(whole[start:end].split()), values)
        spanned = over_columns(text, min(int(across or 1), _MAX_REPEATED))
        yield from spanned * min(int(times or 1), _MAX_REPEATED)


def _has_header(lines: Sequence[str]) -> bool:
    """Tell whether the first row stands apart: nothing above it, an empty line below it."""
    return len(lines) > 1 and bool(lines[0].strip()) and not lines[1].strip()


def _width(attributes: str) -> int:
    match = _COLUMNS.search(attributes)
    if match is None:
        return 0
    columns = [column.strip() for column in re.split("[,;]", match.group(1) or match.group(2))]
    times = (re.match(r"(\d+)\*", column) for column in columns)
    if len(columns) == 1 and columns[0].isdecimal():
        return 1
    return min(sum(int(each.group(1)) if each else 1 for each in times), 500)
