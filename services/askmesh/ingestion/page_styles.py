"""Which lines of a printed document are headings, by the size and weight of their letters."""

from collections import Counter
from collections.abc import Sequence

from askmesh.ingestion.page_rows import Line

_LARGER = 1.1
_MAX_HEADING_CHARS = 120
_MAX_LEVEL = 6
_MAX_SHARE = 0.4
_OPEN_ENDS = (".", ",", ";", ":")


class Styles:
    """The letters of a document: which are those of its text, and which of headings."""

    def __init__(self, lines: Sequence[Line]) -> None:
        sizes = Counter[float]()
        bold = 0
        for line in lines:
            sizes[_rounded(line.size)] += len(line.text)
            bold += len(line.text) if line.bold else 0
        total = sizes.total()
        self._usual = max(sizes, key=lambda size: (sizes[size], -size)) if sizes else 0.0
        self._bold_means_something = bold <= total * _MAX_SHARE
        larger = {size for size in sizes if size >= self._usual * _LARGER}
        share = sum(sizes[size] for size in larger)
        self._larger = sorted(larger, reverse=True) if share <= total * _MAX_SHARE else []

    def level(self, line: Line) -> int:
        """Return the level of the heading that `line` is; 0 if it is none."""
        if len(line.text) > _MAX_HEADING_CHARS or not any(map(str.isalpha, line.text)):
            return 0
        size = _rounded(line.size)
        if size in self._larger:
            return min(self._larger.index(size) + 1, _MAX_LEVEL)
        if line.bold and self._bold_means_something and not line.text.endswith(_OPEN_ENDS):
            return min(len(self._larger) + 1, _MAX_LEVEL)
        return 0


def _rounded(size: float) -> float:
    return round(size * 2) / 2
