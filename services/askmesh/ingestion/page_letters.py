"""Letters on a printed page: which follow each other, and where words end."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import isclose
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


def stands_above(word: Sequence[Letter], char: Letter) -> bool:
    """Tell whether a small letter stands above the line of a word, right behind the last one."""
    last = word[-1]
    if char.bottom >= last.bottom and not last.is_raised:
        return False  # as nearly all letters
    base = _base(word)
    height = max(base.bottom - base.top, 0.1)
    is_small = char.bottom - char.top < height * _SMALL
    is_above = height * _RAISED < base.bottom - char.bottom < height * (1 - _RAISED)
    return is_small and is_above and abs(char.left - last.right) < height * _WORD_GAP


def continues(word: Sequence[Letter], char: Letter, dividers: Dividers) -> bool:
    """Tell whether a letter goes on with a piece of text; no rule stands between them then."""
    last = word[-1]
    base = _base(word) if last.is_raised else last
    height = max(base.bottom - base.top, 0.1)
    gap = char.left - last.right
    same_line = isclose(base.bottom, char.bottom, abs_tol=height * 0.4)
    if not same_line or not -height < gap < height * _SEGMENT_GAP:
        return False
    middle = (base.top + base.bottom) / 2
    return gap < height * _WORD_GAP or not dividers.divide(last.right, char.left, middle)


def spaced(chars: Sequence[Letter]) -> str:
    """Return the letters, with spaces where words end; what stands above the line stays so."""
    texts = [char.text for char in chars]
    for at in _word_starts(chars):
        texts[at] = f" {texts[at]}"
    if not any(char.is_raised for char in chars):
        return "".join(texts)
    parts = groupby(zip(chars, texts, strict=True), key=lambda each: each[0].is_raised)
    joined = ((above, "".join(text for _, text in part)) for above, part in parts)
    return "".join(raised(text) if above else text for above, text in joined)


def _base(word: Sequence[Letter]) -> Letter:
    """Return the last letter that stands on the line."""
    return next((char for char in reversed(word) if not char.is_raised), word[0])


def _word_starts(chars: Sequence[Letter]) -> list[int]:
    """Return where words begin but the first; letters of titles may stand apart within words."""
    starts = [
        at
        for at, (last, char) in enumerate(pairwise(chars), start=1)
        if char.left - last.right > (last.bottom - last.top) * _WORD_GAP
    ]
    if len(starts) < max(_MIN_SPACED, (len(chars) - 1) * _MOST_SPACED):
        return starts
    gaps = {at: chars[at].left - chars[at - 1].right for at in starts}
    usual = median_low(gaps.values())
    return [at for at in starts if gaps[at] > usual * _WIDER]
