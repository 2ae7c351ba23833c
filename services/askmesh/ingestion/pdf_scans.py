"""Pages that are pictures: what is recognised on them, and what is told of the others."""

from collections.abc import Sequence

from askmesh.ingestion.page_layout import Segment
from askmesh.ingestion.pdf_page import PdfPage
from askmesh.ingestion.recognition import DOTS_PER_INCH, SECONDS, Recogniser, is_installed


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
