"""Letters on a printed page: which follow each other, and where words end."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import isclose
from operator import attrgetter
from statistics import median_low

from askmesh.ingestion.page_rules import Dividers
from askmesh.ingestion.raised import raised

_WORD_GAP = 0.2
_SMALL, _RAISED = 0.85, 0.2  # of what stands above the line
_MIN_SPACED, _MOST_SPACED, _WIDER = 4, 0.8, 1.3  # of letters that stand apart
_SEGMENT_GAP = 0.95


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, and where it stands."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    is_raised: bool = False

    @property
    def height(self) -> float:
        """How high its letters may be; never nothing."""
        return max(self.bottom - self.top, 0.1)


def stands_above(word: Sequence[Letter], char: Letter) -> bool:
    """Tell whether a small letter stands above the line of a word, right behind the last one."""
    base, last = _base(word), word[-1]
    is_small = char.height < base.height * _SMALL
    is_above = base.height * _RAISED < base.bottom - char.bottom < base.height * (1 - _RAISED)
    return is_small and is_above and abs(char.left - last.right) < base.height * _WORD_GAP


def continues(word: Sequence[Letter], char: Letter, dividers: Dividers) -> bool:
    """Tell whether a letter goes on with a piece of text; no rule stands between them then."""
    base, last = _base(word), word[-1]
    height = base.height
    same_line = isclose(base.bottom, char.bottom, abs_tol=height * 0.4)
    gap = char.left - last.right
    if not same_line or not -height < gap < height * _SEGMENT_GAP:
        return False
    middle = (base.top + base.bottom) / 2
    return gap < height * _WORD_GAP or not dividers.divide(last.right, char.left, middle)


def spaced(chars: Sequence[Letter]) -> str:
    """Return the letters, with spaces where words end; what stands above the line stays so."""
    wide = _word_gap(chars)
    texts: list[str] = []
    last: Letter | None = None
    for is_raised, group in groupby(chars, key=attrgetter("is_raised")):
        part: list[str] = []
        for char in group:
            if last is not None and char.left - last.right > last.height * wide:
                part.append(" ")
            part.append(char.text)
            last = char
        texts.append(raised("".join(part)) if is_raised else "".join(part))
    return "".join(texts)


def _base(word: Sequence[Letter]) -> Letter:
    """Return the last letter that stands on the line."""
    return next((char for char in reversed(word) if not char.is_raised), word[0])


def _word_gap(chars: Sequence[Letter]) -> float:
    """Return the least space between words, as a share of the height of letters.

    It is more where the letters of words stand apart, as those of titles may.
    """
    gaps = [(after.left - before.right) / before.height for before, after in pairwise(chars)]
    apart = sorted(gap for gap in gaps if gap > _WORD_GAP)
    if len(apart) < max(_MIN_SPACED, len(gaps) * _MOST_SPACED):
        return _WORD_GAP
    return median_low(apart) * _WIDER
