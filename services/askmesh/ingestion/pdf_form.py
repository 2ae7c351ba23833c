"""What is filled into the form on a page of a PDF, where it would be printed."""

# The library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Callable, Iterator, Sequence
from ctypes import POINTER, c_ushort, cast, create_string_buffer
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from askmesh.ingestion.page_rows import Segment

_LINE_HEIGHT = 12.0
_WRITTEN = frozenset(
    [raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX]
)
_TICKED = frozenset([raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON])


def filled_in(
    page: pdfium.PdfPage, form: pdfium.PdfFormEnv, printed: Sequence[Segment]
) -> Iterator[Segment]:
    """Yield the values of the fields; the name of a field goes before it if no label is printed."""
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET:
                yield from _value(annotation, form, printed)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _value(
    annotation: Any,  # noqa: ANN401 - a handle of the library
    form: pdfium.PdfFormEnv,
    printed: Sequence[Segment],
) -> Iterator[Segment]:
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    box = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, box):
        return
    if kind in _WRITTEN:
        text = _text(lambda *to: raw.FPDFAnnot_GetFormFieldValue(form, annotation, *to))
    elif kind in _TICKED and raw.FPDFAnnot_IsChecked(form, annotation):
        text = "[x]"
    else:
        return
    if not text:
        return
    top = -max(box.top, box.bottom)
    bottom = min(-min(box.top, box.bottom), top + _LINE_HEIGHT * 2)
    value = Segment(text, box.left, top, box.right, bottom, _LINE_HEIGHT)
    if kind in _WRITTEN and not any(_labels(segment, value) for segment in printed):
        name = _text(lambda *to: raw.FPDFAnnot_GetFormFieldAlternateName(form, annotation, *to))
        name = name or _text(lambda *to: raw.FPDFAnnot_GetFormFieldName(form, annotation, *to))
        value = Segment(f"{name}: {text}", box.left, top, box.right, bottom, _LINE_HEIGHT)
    yield value


def _labels(segment: Segment, value: Segment) -> bool:
    same_row = segment.top < value.bottom and value.top < segment.bottom
    return same_row and segment.right <= value.left + _LINE_HEIGHT


def _text(read: Callable[[Any, int], int]) -> str:
    """Return what `read` writes into the memory it is given, in UTF-16."""
    size = read(None, 0)
    buffer = create_string_buffer(size)
    read(cast(buffer, POINTER(c_ushort)), size)
    return " ".join(buffer.raw.decode("utf-16-le", "replace").rstrip("\x00").split())
