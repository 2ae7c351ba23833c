"""Lines that make a paragraph, or a group of keys and values."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from askmesh.ingestion.blocks import KeyValue, Paragraph
from askmesh.ingestion.hyphens import joined_lines

_KEY_VALUE = re.compile(r"[^\W_][\w./()&'-]{0,30}(?: [\w./()&'-]{1,30}){0,4}(?::\s|\s?=(?!=))\s*\S")
_MIN_GROUP = 2
_NONE: frozenset[str] = frozenset()


def is_key_value(line: str) -> bool:
    """Tell whether a line gives something its value, such as "Phone: 0800"."""
    return _KEY_VALUE.match(line) is not None


def paragraph_of(
    lines: Sequence[str], words: AbstractSet[str] = _NONE
) -> Iterator[Paragraph | KeyValue]:
    """Yield the lines of a paragraph joined to one, or each if all are keys with values.

    `words` are those of the whole document; they tell whether a hyphen divides a word.
    """
    kept = [joined for line in lines if (joined := " ".join(line.split()))]
    if len(kept) >= _MIN_GROUP and all(map(is_key_value, kept)):
        yield from map(KeyValue, kept)
    elif kept:
        yield Paragraph(joined_lines(kept, words))
