"""Pieces of text on a printed page, and the rows in which they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

_SAME_ROW = 0.5


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text on one line, and where it stands: x to the right, y downwards.

    A row of a table between rules is one piece, with its `cells` and the `edges` of its columns.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool = False
    cells: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()


Line = Segment
PageRow = list[Segment]


def rows_of_page(segments: Iterable[Segment]) -> list[PageRow]:
    """Return the segments in rows, from top to bottom, each from left to right."""
    rows: list[PageRow] = []
    for segment in sorted(segments, key=lambda each: (each.bottom, each.left)):
        if rows and _overlap(rows[-1][0], segment) > _SAME_ROW:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda each: each.left) for row in rows]


def joined(row: Sequence[Segment]) -> Line:
    """Return the segments of a row as one line."""
    return replace(
        row[0],
        text=" ".join(each.text for each in row),
        top=min(each.top for each in row),
        right=row[-1].right,
        bottom=max(each.bottom for each in row),
        size=max(row, key=lambda each: len(each.text)).size,
        bold=all(each.bold for each in row),
    )


def _overlap(one: Segment, other: Segment) -> float:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared / max(0.1, min(one.bottom - one.top, other.bottom - other.top))
