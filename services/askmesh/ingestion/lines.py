"""Lines that make a paragraph, with divided words made whole, or a group of keys and values."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from askmesh.ingestion.blocks import KeyValue, LabelledRow, Paragraph
from askmesh.ingestion.tables import rows_of
from askmesh.text import english_words, is_stop_word

_KEY_VALUE = re.compile(
    r"[^\W_][\w./()&'-]{0,30}(?: [\w./()&'-]{1,30}){0,4}(?::\s|\s?=(?!=)| \.{3,}\s)\s*\S"
)
_LED = re.compile(r"[^\W_][^.:;!?]{0,60} \.{3,}\s+\S")
_ENDED = (".", "!", "?", ":", ";", ")")
_CELLS = re.compile(r"\s+\|\s+")
_MIN_GROUP = 2
_NAME_WORDS = 10
_NONE: frozenset[str] = frozenset()


def is_key_value(line: str) -> bool:
    """Tell whether a line gives something its value, such as "Phone: 0800" or "Phone ... 0800"."""
    return _KEY_VALUE.match(line) is not None or _LED.match(line) is not None


def paragraph_of(
    lines: Sequence[str], words: AbstractSet[str] = _NONE
) -> Iterator[Paragraph | KeyValue | LabelledRow]:
    """Yield the lines of a paragraph joined to one, and those that are keys with values each.

    Lines of as many cells, divided by bars, are the rows of a table. Keys with values stand
    together, two at least, at the beginning, after the end of a sentence, or below one line that
    says whom or what all that follows is about. `words` are those of the whole document; they tell
    whether a hyphen divides a word.
    """
    kept = [joined for line in lines if (joined := " ".join(line.split()))]
    cells = [_CELLS.split(line.strip("| ")) for line in kept]
    if len(kept) >= _MIN_GROUP and len(set(map(len, cells))) == 1 < len(cells[0]):
        yield from rows_of(cells)
        return
    ends = _pair_ends(kept)
    runs = _runs(ends)
    prose: list[str] = []
    at = 0
    while at < len(kept):
        count, end = runs[at]
        if count < _MIN_GROUP or not _may_precede(prose, kept[at], is_all=end == len(kept)):
            prose.append(kept[at])
            at += 1
            continue
        yield from _prose(prose, words)
        prose = []
        while at < end:
            yield KeyValue(joined_lines(kept[at : ends[at]], words))
            at = ends[at]
    yield from _prose(prose, words)


def _may_precede(prose: Sequence[str], following: str, *, is_all: bool) -> bool:
    """Tell whether keys with values begin at the line `following`; they may be all of the rest."""
    if not prose or prose[-1].endswith(_ENDED):
        return True
    words = prose[0].split()
    is_name = not prose[0][0].islower() and not is_stop_word(words[-1].lower())
    begins = is_all and following[0].isupper()
    return begins and is_name and len(prose) == 1 and len(words) <= _NAME_WORDS


def _prose(lines: Sequence[str], words: AbstractSet[str]) -> Iterator[Paragraph]:
    if lines:
        yield Paragraph(joined_lines(lines, words))


def _pair_ends(lines: Sequence[str]) -> list[int]:
    """Return for each line where the key with its value ends that begins there; 0 if none does."""
    ends = [0] * len(lines)
    end = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        if is_key_value(lines[at]):
            ends[at] = end
        if at == 0 or not _goes_on(lines[at - 1], lines[at]):
            end = at
    return ends


def _runs(ends: Sequence[int]) -> list[tuple[int, int]]:
    """Return for each line how many pairs follow each other from there on, and where they end."""
    runs = [(0, 0)] * (len(ends) + 1)
    for at in range(len(ends) - 1, -1, -1):
        if ends[at]:
            count, end = runs[ends[at]]
            runs[at] = (count + 1, end if count else ends[at])
    return runs


def _goes_on(line: str, following: str) -> bool:
    """Tell whether a value goes on in the line that follows it."""
    return not is_key_value(following) and (line.endswith((",", "-")) or following[:1].islower())


_SOFT = "\u00ad"
_LAST_PART = re.compile(r"([^\W\d_]+)[-\u2010]$")
_FIRST_PART = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")


def joined_lines(lines: Iterable[str], words: AbstractSet[str] = _NONE) -> str:
    """Return `lines` as one. A hyphen at the end of a line stays unless it divided a word.

    It stays where `words`, those of the whole document, have it; where it follows one letter, a
    hyphen, a digit or a capital; and between two words that together are no word.
    """
    text = ""
    for line in lines:
        following = " ".join(line.split())
        if text.endswith(_SOFT):
            text = text[:-1] + following
        elif text.endswith(("-", "\u2010")) and not text.endswith((" -", "--")):
            text = (text[:-1] if _divides(text, following, words) else text) + following
        else:
            text = f"{text} {following}" if text else following
    return text.replace(_SOFT, "")


def words_of(lines: Iterable[str]) -> frozenset[str]:
    """Return the words within `lines`, with the hyphens inside of them."""
    return frozenset(match.lower() for line in lines for match in _WORD.findall(line))


def _divides(text: str, following: str, words: AbstractSet[str]) -> bool:
    """Tell whether the hyphen at the end of `text` only divides a word."""
    last, first = _LAST_PART.search(text), _FIRST_PART.match(following)
    if last is None or first is None or not first.group().islower() or len(last.group(1)) == 1:
        return False
    before, after = last.group(1).lower(), first.group()
    if text[: last.start(1)].endswith(("-", "\u2010")):
        return False
    if f"{before}-{after}" in words:
        return False
    if before + after in words:
        return True
    english = english_words()
    return before + after in english or not {before, after} <= english
