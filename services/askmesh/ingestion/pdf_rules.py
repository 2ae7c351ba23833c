"""The straight lines that are drawn on a page of a PDF."""

# The library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Iterator
from ctypes import c_float
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from askmesh.ingestion.page_rules import Rule

_MAX_POINTS = 20_000
_STRAIGHT = 1.5
_Point = tuple[float, float]


def rules_of(page: pdfium.PdfPage) -> list[Rule]:
    """Return the lines that run across and down, sides of boxes among them; none of a drawing."""
    rules: list[Rule] = []
    points = 0
    for index in range(raw.FPDFPage_CountObjects(page)):
        drawn = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        points += raw.FPDFPath_CountSegments(drawn)
        if points > _MAX_POINTS:
            return []
        for path in _paths(drawn):
            rules += [rule for ends in pairwise(path) if (rule := _rule(*ends)) is not None]
    return rules


def turned(place: Rule, turn: int) -> Rule:
    """Return what stands on a page, as it stands when the page is turned by quarters."""
    match turn:
        case 1:
            return Rule(place.top, -place.right, place.bottom, -place.left)
        case 2:
            return Rule(-place.right, -place.bottom, -place.left, -place.top)
        case 3:
            return Rule(-place.bottom, place.left, -place.top, place.right)
        case _:
            return place


def _paths(
    drawn: Any,  # noqa: ANN401 - a handle of the library
) -> Iterator[list[_Point]]:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(drawn, matrix)
    x, y = c_float(), c_float()
    path: list[_Point] = []
    for index in range(raw.FPDFPath_CountSegments(drawn)):
        segment = raw.FPDFPath_GetPathSegment(drawn, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO and path:
            yield path
            path = []
        across = matrix.a * x.value + matrix.c * y.value + matrix.e
        path.append((across, -(matrix.b * x.value + matrix.d * y.value + matrix.f)))
        if raw.FPDFPathSegment_GetClose(segment):
            path.append(path[0])
    if path:
        yield path


def _rule(start: _Point, end: _Point) -> Rule | None:
    (left, right), (top, bottom) = (sorted(ends) for ends in zip(start, end, strict=True))
    return Rule(left, top, right, bottom) if min(right - left, bottom - top) < _STRAIGHT else None
