"""What stands where on a page of a PDF: with `pdf_reader`, it knows the parser."""

# The library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

import ctypes
from collections.abc import Iterator
from dataclasses import replace
from math import pi
from statistics import median_low

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from askmesh.ingestion.page_grids import with_cells
from askmesh.ingestion.page_letters import Letter, continues, spaced, stands_above
from askmesh.ingestion.page_rows import Segment
from askmesh.ingestion.page_rules import Dividers, Rule
from askmesh.ingestion.pdf_form import filled_in
from askmesh.ingestion.pdf_rules import rules_of, turned

_HYPHENS_AT_END = {2: "-", 0xFFFE: "-"}  # what the parser makes of them
_MAX_PAGE_CHARS = 1_000_000
_BOLD_WEIGHT = 600
_QUARTER = pi / 2
_NAME_BYTES = 512
_MAX_STAMP_CHARS = 40
_PICTURED = 0.5
_POINTS_PER_INCH = 72
_MAX_PIXELS = 4_000


class PdfPage:
    """One page. Text is read as it is turned, by quarters of a circle."""

    def __init__(self, page: pdfium.PdfPage, form: pdfium.PdfFormEnv | None) -> None:
        self._page = page
        self._form = form
        self._text = page.get_textpage()
        self._count = self._text.count_chars()
        if self._count > _MAX_PAGE_CHARS:
            raise OverflowError("a page has more than a million characters")
        self._box = raw.FS_RECTF()

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing at all stands on the page."""
        return bool(raw.FPDFPage_CountObjects(self._page) == 0)

    @property
    def is_scanned(self) -> bool:
        """Tell whether the page is a picture, with no text or hardly any beside it."""
        if self._count > _MAX_STAMP_CHARS:
            return False
        width, height = self._page.get_size()
        pictures = self._page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
        shares = (_area(each.get_bounds()) / max(1.0, width * height) for each in pictures)
        return max(shares, default=0.0) > _PICTURED or (not self._count and not self.is_blank)

    def picture(self, dots_per_inch: int) -> NDArray[np.uint8]:
        """Return what the page looks like: rows of pixels, of three colours each."""
        scale = min(dots_per_inch / _POINTS_PER_INCH, _MAX_PIXELS / max(self._page.get_size()))
        # The library takes any number, but its types do not say so.
        bitmap = self._page.render(scale=scale, may_draw_forms=False)  # pyright: ignore[reportArgumentType]
        try:
            return np.array(bitmap.to_numpy()[:, :, :3])
        finally:
            bitmap.close()

    def close(self) -> None:
        """Give back the memory of the page."""
        self._text.close()
        self._page.close()

    def segments(self) -> list[Segment]:
        """Return the pieces of text, and the values of a form in their places."""
        turn = self._turn()
        rules = [turned(rule, turn) for rule in rules_of(self._page)]
        printed = list(self._printed(turn, Dividers(rules)))
        if self._form is not None:
            printed = filled_in(self._page, self._form, printed)
        return with_cells(printed, rules)

    def _printed(self, turn: int, dividers: Dividers) -> Iterator[Segment]:
        word: list[Letter] = []
        first = last = 0
        for index in range(self._count):
            char = self._char(index, turn)
            if char is None:
                continue
            if word and stands_above(word, char):
                char = replace(char, is_raised=True)
            elif word and not continues(word, char, dividers):
                yield self._segment(word, first, last)
                word = []
            if not word:
                first = index
            word.append(char)
            last = index
        if word:
            yield self._segment(word, first, last)

    def _turn(self) -> int:
        """Return the turn of the first letters; most pages have one only."""
        turns = [self._angle(index) for index in range(0, self._count, max(1, self._count // 50))]
        return max(set(turns), key=turns.count) if turns else 0

    def _angle(self, index: int) -> int:
        angle: float = raw.FPDFText_GetCharAngle(self._text, index)
        return round(angle / _QUARTER) % 4

    def _char(self, index: int, turn: int) -> Letter | None:
        text = _char_of(raw.FPDFText_GetUnicode(self._text, index))
        if not text.strip("\x00 \r\n\t\xa0") or not raw.FPDFText_GetLooseCharBox(
            self._text, index, self._box
        ):
            return None
        box = self._box
        place = turned(Rule(box.left, -box.top, box.right, -box.bottom), turn)
        return Letter(text, place.left, place.top, place.right, place.bottom)

    def _segment(self, chars: list[Letter], first: int, last: int) -> Segment:
        return Segment(
            spaced(chars),
            chars[0].left,
            min(char.top for char in chars),
            max(char.right for char in chars),
            max(char.bottom for char in chars),
            median_low(char.bottom - char.top for char in chars),
            self._is_bold(first) and self._is_bold(last),
        )

    def _is_bold(self, index: int) -> bool:
        if raw.FPDFText_GetFontWeight(self._text, index) >= _BOLD_WEIGHT:
            return True
        name = ctypes.create_string_buffer(_NAME_BYTES)
        flags = ctypes.c_int()
        raw.FPDFText_GetFontInfo(self._text, index, name, _NAME_BYTES, flags)
        return b"bold" in name.value.lower()


def _area(bounds: tuple[float, float, float, float]) -> float:
    left, bottom, right, top = bounds
    return abs((right - left) * (top - bottom))


def _char_of(code: int) -> str:
    return _HYPHENS_AT_END.get(code) or chr(code)
