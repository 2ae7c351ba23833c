"""The part of a passage that says most about a query."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from askmesh.reranking.ports import Candidate
from askmesh.text import UnitKind, self_contained, sentences, stems, units

MAX_WORDS = 50
MAX_CHARS = 600
MAX_TEXT_CHARS = 8_000
_BETWEEN_CELLS = " | "
_FENCES = ("```", "~~~")


def snippets(query: str, candidates: Sequence[Candidate]) -> list[str]:
    """Return for each candidate its heading and the sentences in a row that match `query` best.

    A cross-encoder's time grows with the length of its texts. A word of the query counts more the
    fewer candidates have it. Equal matches go to the earlier, shorter one.
    """
    bodies = [candidate.text[max(0, candidate.body_offset) :] for candidate in candidates]
    weights = _weights(query, bodies)
    return [
        candidate.text[: max(0, candidate.body_offset)] + _best_sentences(weights, body)
        for candidate, body in zip(candidates, bodies, strict=True)
    ]


def _weights(query: str, bodies: Sequence[str]) -> dict[str, float]:
    """Return the inverse document frequency of the query's stems among `bodies`."""
    frequency = Counter(word for body in bodies for word in stems(body[:MAX_TEXT_CHARS]))
    return {word: math.log(1 + len(bodies) / (1 + frequency[word])) for word in stems(query)}


def _best_sentences(weights: dict[str, float], body: str) -> str:
    text = body[:MAX_TEXT_CHARS]
    if settings := _settings(text):
        return _best_settings(weights, settings)
    spans = sentences(text)
    if not spans:
        return text[:MAX_CHARS]
    gains = [_gain(weights, text[span.start : span.end]) for span in spans]
    lengths = [len(text[span.start : span.end].split()) for span in spans]
    first, last = max(_windows(lengths), key=lambda window: _value(gains, window))
    return _fitting(weights, text[spans[first].start : spans[last].end])


def _settings(text: str) -> list[str]:
    """Return what a configuration file sets, which begins with a fence."""
    if not text.lstrip().startswith(_FENCES):
        return []
    settings = (unit for unit in units(text) if unit.kind is UnitKind.SETTING)
    return [self_contained(text, unit) for unit in settings]


def _best_settings(weights: dict[str, float], settings: Sequence[str]) -> str:
    """Return the settings that match best, in their order: single ones, wherever they stand."""
    matching = [each for each in settings if _gain(weights, each)]
    sizes = [len(each.split()) for each in matching]
    kept = _best_of(weights, matching, sizes, room=MAX_WORDS)
    return "\n".join(kept or settings[:1])[:MAX_CHARS]


def _fitting(weights: dict[str, float], said: str) -> str:
    """Return what fits; of a long row the first cell and those that match best, in their order."""
    if len(said) <= MAX_CHARS:
        return said
    name, *cells = said.split(_BETWEEN_CELLS)
    sizes = [len(cell) + len(_BETWEEN_CELLS) for cell in cells]
    kept = _best_of(weights, cells, sizes, room=MAX_CHARS - len(name))
    return _BETWEEN_CELLS.join([name, *kept])[:MAX_CHARS]


def _best_of(
    weights: dict[str, float], parts: Sequence[str], sizes: Sequence[int], *, room: int
) -> list[str]:
    """Return those of `parts` that match best and have room together, in their order."""
    gains = [_gain(weights, part) for part in parts]
    kept: list[int] = []
    for at in sorted(range(len(parts)), key=lambda at: (-gains[at], at)):
        room -= sizes[at]
        if room < 0:
            break
        kept.append(at)
    return [parts[at] for at in sorted(kept)]


def _gain(weights: dict[str, float], text: str) -> float:
    return sum(weights.get(word, 0.0) for word in stems(text))


def _windows(lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Return the runs of sentences, as first and last, that fit; single sentences always do."""
    ends = list(accumulate(lengths, initial=0))
    return [
        (first, last)
        for first in range(len(lengths))
        for last in range(first, min(first + MAX_WORDS, len(lengths)))
        if first == last or ends[last + 1] - ends[first] <= MAX_WORDS
    ]


def _value(gains: Sequence[float], window: tuple[int, int]) -> tuple[float, int, int]:
    first, last = window
    return sum(gains[first : last + 1]), first - last, -first
