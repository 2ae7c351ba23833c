"""Ways to cut a document into pieces, each with the part of the source that it stands for."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from askmesh.ingestion.reading import read
from askmesh.ingestion.splitting import PassageLimits, split
from askmesh.text import sentences
from askmesh.uploads import MediaType

CHARACTERS_A_TOKEN = 4
_SEPARATORS = ("\n\n", "\n", ". ", " ", "")
_WORD = re.compile(r"[^\W_]+")
_KEY_WORDS = 8


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece: what is searched, and where it stands in the source."""

    text: str
    start: int
    end: int


Strategy = Callable[[str, int], list[Chunk]]
"""Cuts a text into chunks of about so many characters."""


def strategies(tokenizer: Tokenizer) -> dict[str, Strategy]:
    """Return the ways to cut, by name. The tokenizer is that of the model that embeds."""

    def tokens(text: str, size: int, overlap: float) -> list[Chunk]:
        offsets: list[tuple[int, int]] = tokenizer.encode(text, add_special_tokens=False).offsets
        length = max(1, size // CHARACTERS_A_TOKEN)
        step = max(1, round(length * (1 - overlap)))
        starts = range(0, max(1, len(offsets) - round(length * overlap)), step)
        spans = [offsets[at : at + length] for at in starts]
        return _chunks(text, [(span[0][0], span[-1][1]) for span in spans if span])

    return {
        "passages by structure": by_structure,
        "fixed tokens": lambda text, size: tokens(text, size, 0),
        "fixed tokens, a quarter of them twice": lambda text, size: tokens(text, size, 0.25),
        "recursive characters": lambda text, size: _chunks(
            text, _joined(_recursive(text, 0, len(text), size, 0), size)
        ),
        "groups of sentences": lambda text, size: _chunks(
            text, _joined([(span.start, span.end) for span in sentences(text)], size)
        ),
    }


def by_structure(text: str, size: int) -> list[Chunk]:
    """Cut as ingestion does; a passage is searched with its breadcrumb."""
    document = read(text.encode(), MediaType.MARKDOWN)
    passages = split(document.blocks, PassageLimits(target=size, most=size * 3 // 2))
    starts = _starts(text, [passage.text for passage in passages])
    ends = [*starts[1:], len(text)]
    return [
        Chunk("\n".join([*passage.headings, passage.text]), start, end)
        for passage, start, end in zip(passages, starts, ends, strict=True)
    ]


def _starts(source: str, passages: Sequence[str]) -> list[int]:
    """Return where passages begin in the source that they were made of, by their first words."""
    found = list(_WORD.finditer(source))
    words = [match.group().lower() for match in found]
    places: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(words)):
        places.setdefault(tuple(words[at : at + _KEY_WORDS]), []).append(at)
    starts: list[int] = []
    cursor = 0
    for passage in passages:
        own = [word.lower() for word in _WORD.findall(passage)]
        place = next(_places(places, own, cursor), cursor)
        starts.append(found[place].start() if place < len(found) else len(source))
        cursor = place + 1
    return starts


def _places(
    places: dict[tuple[str, ...], list[int]], words: Sequence[str], cursor: int
) -> Iterator[int]:
    """Yield the places after `cursor` of what stands at the beginning of `words`.

    A header that is repeated, or a mark of a list, may come first.
    """
    for skipped in range(min(40, len(words))):
        known = places.get(tuple(words[skipped : skipped + _KEY_WORDS]), [])
        at = bisect_right(known, cursor - 1 + skipped)
        if at < len(known):
            yield max(cursor, known[at] - skipped)


def _chunks(text: str, spans: Sequence[tuple[int, int]]) -> list[Chunk]:
    return [Chunk(text[a:b], a, b) for a, b in spans if text[a:b].strip()]


def _recursive(text: str, start: int, end: int, size: int, depth: int) -> list[tuple[int, int]]:
    """Cut at the first separator of the list, and what is still too long at the next ones."""
    if end - start <= size:
        return [(start, end)]
    separator = _SEPARATORS[depth]
    if not separator:
        return [(at, min(at + size, end)) for at in range(start, end, size)]
    parts: list[tuple[int, int]] = []
    while start < end:
        found = text.find(separator, start, end)
        stop = end if found < 0 else found + len(separator)
        parts += _recursive(text, start, stop, size, depth + 1)
        start = stop
    return parts


def _joined(spans: Sequence[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """Join neighbours as long as they fit."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and end - joined[-1][0] <= size:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
