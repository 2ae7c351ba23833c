"""What is filled into the form on a page of a PDF, where it would be printed."""

# The library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Callable, Iterator, Sequence
from ctypes import POINTER, c_ushort, cast, create_string_buffer
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from askmesh.ingestion.page_fields import LINE_HEIGHT, Field, beside_labels
from askmesh.ingestion.page_rows import Segment

_WRITTEN = frozenset(
    [raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX]
)
_TICKED = frozenset([raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON])


def filled_in(
    page: pdfium.PdfPage, form: pdfium.PdfFormEnv, printed: Sequence[Segment]
) -> list[Segment]:
    """Return what is printed with the values of the fields, each beside its label."""
    return beside_labels(printed, _fields(page, form))


def _fields(page: pdfium.PdfPage, form: pdfium.PdfFormEnv) -> Iterator[Field]:
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET:
                yield from _field(annotation, form)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _field(
    annotation: Any,  # noqa: ANN401 - a handle of the library
    form: pdfium.PdfFormEnv,
) -> Iterator[Field]:
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    box = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, box):
        return
    name = ""
    if kind in _WRITTEN:
        text = _text(lambda *to: raw.FPDFAnnot_GetFormFieldValue(form, annotation, *to))
        name = _text(lambda *to: raw.FPDFAnnot_GetFormFieldAlternateName(form, annotation, *to))
        name = name or _text(lambda *to: raw.FPDFAnnot_GetFormFieldName(form, annotation, *to))
    elif kind in _TICKED:
        text = "[x]" if raw.FPDFAnnot_IsChecked(form, annotation) else "[ ]"
    else:
        return
    if not text:
        return
    top = -max(box.top, box.bottom)
    bottom = min(-min(box.top, box.bottom), top + LINE_HEIGHT * 2)
    value = Segment(text, box.left, top, box.right, bottom, LINE_HEIGHT)
    yield Field(name, value, is_ticked=kind in _TICKED)


def _text(read: Callable[[Any, int], int]) -> str:
    """Return what `read` writes into the memory it is given, in UTF-16."""
    size = read(None, 0)
    buffer = create_string_buffer(size)
    read(cast(buffer, POINTER(c_ushort)), size)
    return " ".join(buffer.raw.decode("utf-16-le", "replace").rstrip("\x00").split())
