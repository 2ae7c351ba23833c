"""Cutting long texts at the ends of sentences."""

import re
from collections.abc import Iterable, Iterator
from math import ceil

from askmesh.text import Span, sentences

# Scripts without spaces between words, of which a character says about as much as three others.
_DENSE = re.compile("[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_DENSE_EXTRA = 2
_WORD = re.compile(r"\S+")


def size_of(text: str) -> int:
    """Return the characters of `text`; those of dense scripts count as three."""
    if text.isascii():
        return len(text)
    return len(text) + _DENSE_EXTRA * len(_DENSE.findall(text))


def cut(text: str, *, target: int, most: int) -> list[str]:
    """Return `text` whole if its size is at most `most`, else in pieces of about `target`.

    Pieces end with a sentence or a line, within one only where it alone is larger than `most`.
    Only white space between pieces is left out.
    """
    size = size_of(text)
    if size <= most:
        return [text]
    aim = ceil(size / ceil(size / target))
    units = (part for span in sentences(text) for part in _fitting(text, span, most))
    return [text[span.start : span.end] for span in _gathered(text, units, aim, most)]


def _gathered(text: str, units: Iterable[Span], aim: int, most: int) -> Iterator[Span]:
    """Join neighbours as long as that brings them nearer to `aim`."""
    gathered: Span | None = None
    size = 0
    for unit in units:
        grown = 0 if gathered is None else size + size_of(text[gathered.end : unit.end])
        if gathered is not None and grown <= most and abs(grown - aim) <= abs(size - aim):
            gathered, size = Span(gathered.start, unit.end), grown
            continue
        if gathered is not None:
            yield gathered
        gathered, size = unit, size_of(text[unit.start : unit.end])
    if gathered is not None:
        yield gathered


def _fitting(text: str, span: Span, most: int) -> Iterator[Span]:
    """Yield `span`, cut between words if it is too large, and within words too large."""
    if size_of(text[span.start : span.end]) <= most:
        yield span
        return
    words = (Span(*word.span()) for word in _WORD.finditer(text, span.start, span.end))
    fitting = (part for word in words for part in _chopped(text, word, most))
    yield from _gathered(text, fitting, most, most)


def _chopped(text: str, word: Span, most: int) -> Iterator[Span]:
    step = most // (1 + _DENSE_EXTRA)
    if size_of(text[word.start : word.end]) <= most:
        yield word
        return
    for start in range(word.start, word.end, step):
        yield Span(start, min(start + step, word.end))
