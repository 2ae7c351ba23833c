"""Text on pictures of pages, where the extra that recognises it is installed."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from askmesh.ingestion.page_rows import Segment
from askmesh.ingestion.pdf_page import PdfPage

SECONDS = 500.0
"""How long recognising the pages of one document may take."""
DOTS_PER_INCH = 200
_POINTS_PER_INCH = 72
_LIBRARY = "rapidocr"
_PARAMETERS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,  # pages are turned already
    "Det.limit_type": "max",
    "Det.limit_side_len": 1800,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_DARK = 160
_MARGIN = DOTS_PER_INCH // 4
_LARGE = 1.4


def is_installed() -> bool:
    """Tell whether text can be recognised here."""
    return find_spec(_LIBRARY) is not None


class Recogniser:
    """Recognises the text of pages, for so many seconds in all."""

    def __init__(self, seconds: float) -> None:
        self._until = monotonic() + seconds
        self._engine: Any = None

    @property
    def has_time(self) -> bool:
        """Tell whether another page may be begun."""
        return monotonic() < self._until

    def segments(self, picture: NDArray[np.uint8]) -> list[Segment]:
        """Return the lines of text on a picture of a page, in points from its upper left corner."""
        ink = picture.min(axis=2) < _DARK
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        if not rows.size:
            return []
        if self._engine is None:
            self._engine = import_module(_LIBRARY).RapidOCR(params=_PARAMETERS)
        # Small letters on a large empty page are not found.
        top, left = max(0, int(rows[0]) - _MARGIN), max(0, int(columns[0]) - _MARGIN)
        part = picture[top : int(rows[-1]) + _MARGIN, left : int(columns[-1]) + _MARGIN]
        found = self._engine(np.ascontiguousarray(part))
        if found.boxes is None:
            return []
        return _with_usual_sizes(
            [_segment(*each, left, top) for each in zip(found.txts, found.boxes, strict=True)]
        )


def _segment(text: str, box: NDArray[np.float32], left: int, top: int) -> Segment:
    scale = _POINTS_PER_INCH / DOTS_PER_INCH
    x, y = (box[:, 0] + left) * scale, (box[:, 1] + top) * scale
    size = float(y.max() - y.min())
    return Segment(text, float(x.min()), float(y.min()), float(x.max()), float(y.max()), size)


def _with_usual_sizes(segments: Sequence[Segment]) -> list[Segment]:
    """Return the segments, those of about the usual height with just that: boxes are not exact."""
    usual = median(segment.size for segment in segments)
    return [
        Segment(
            each.text,
            each.left,
            each.top,
            each.right,
            each.bottom,
            each.size if each.size > usual * _LARGE else usual,
        )
        for each in segments
    ]


class Scans:
    """The scanned pages of one document of so many pages."""

    def __init__(self, pages: int) -> None:
        self._pages = pages
        self._recogniser = Recogniser(SECONDS) if is_installed() else None
        self._recognised = 0
        self._without_text = 0

    def text_of(self, page: PdfPage, printed: Sequence[Segment]) -> Sequence[Segment]:
        """Return what stands on a page: what is `printed`, or what can be recognised."""
        if not page.is_scanned:
            return printed
        recognised: list[Segment] = []
        if self._recogniser is not None and self._recogniser.has_time:
            recognised = self._recogniser.segments(page.picture(DOTS_PER_INCH))
        if recognised:
            self._recognised += 1
            return recognised
        self._without_text += not printed
        return printed

    @property
    def notices(self) -> tuple[str, ...]:
        """What was recognised and what was not, in sentences."""
        told: list[str] = []
        if self._without_text:
            have = "has" if self._without_text == 1 else "have"
            said = f"{self._without_text} of {self._pages} pages {have} no text"
            told.append(f"{said}; {self._reason()}.")
        if self._recognised:
            were = "was" if self._recognised == 1 else "were"
            said = f"{self._recognised} of {self._pages} pages {were} scanned"
            told.append(f"{said}: their text is recognised.")
        return tuple(told)

    def _reason(self) -> str:
        if self._recogniser is None:
            return (
                "scanned pages are recognised where documents are read with askmesh[ocr] installed"
            )
        return "none is recognised" if self._recogniser.has_time else "recognising takes too long"
