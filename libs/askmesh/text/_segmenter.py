"""Sentence boundaries by the sentencex library: the one module that knows it."""

from collections.abc import Sequence
from typing import Protocol, TypedDict, cast

import sentencex

# The compiled library ships neither types nor source.
_library = cast("_Library", sentencex)


class _Library(Protocol):
    def get_sentence_boundaries(self, language: str, text: str) -> object: ...


class _Boundary(TypedDict):
    end_index: int


def sentence_ends(text: str) -> list[int]:
    """Return where sentences of `text` end, in code points, in order; the last is the text's end.

    English abbreviations are known; other languages are divided at their punctuation.
    """
    boundaries = cast("Sequence[_Boundary]", _library.get_sentence_boundaries("en", text))
    return [boundary["end_index"] for boundary in boundaries]
