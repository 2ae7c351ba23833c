"""Where the sentences of a text start and end."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypedDict, cast

import sentencex

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_ITEM = re.compile(r"\s*(?:[-*+\u2022\u2023\u25e6|>#]|\d+[.)]|[a-zA-Z][.)])(?:\s|$)|\s*\|")
_CODE = re.compile(
    r"(?: {4}|\t|\s*\||\s*>>> |\s*(?:def|class) .*:$|\s*import [\w.]+$|\s*from [\w.]+ import .*$)"
    r"|.*[;{}]$"
)
_ENDED = re.compile(r".*[.!?:;\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*\s*$", re.DOTALL)
_OPEN_END = re.compile(
    r".*(?:,|\b(?:a|an|and|as|at|by|for|from|in|into|is|of|on|or|that|the|to|was|with|are|were))\s*$",
    re.DOTALL,
)
# How far around a boundary to look: long texts without spaces must not cost quadratic time.
_WINDOW_CHARS = 200
# A shorter line was broken by its author, a longer one by the width of the page.
_WRAPPED_CHARS = 40
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:approx|ca|cf|ch|ed|eds|eq|est|fig|figs|max|min|misc|no|nos|p|pp|resp|sec|vol|vs"
    r"|e\.g|i\.e|a\.m|p\.m|etc|incl|excl|dept|tel|ext)\.\s*$",
    re.IGNORECASE,
)
# "am 15. August": an ordinal number of German and its neighbours.
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.\s*$")
_MONTH = re.compile(
    r"(?:januar|februar|m\u00e4rz|april|maj|mai|juni|juli|august|september|oktober|november|dezember)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text, in code points; the end is exclusive."""

    start: int
    end: int


def sentences(text: str) -> list[Span]:
    """Return where the sentences of `text` are, in order; together they cover all but white space.

    `text[span.start:span.end]` is never empty and has no white space around it. Lines are separate
    sentences, as in lists, tables, headings and code, except where prose was wrapped in the middle
    of a sentence. Lines of code and rows of tables
    are never divided.
    """
    return [
        span for block in _blocks(text) for span in _divided(text, block) if span.start < span.end
    ]


@dataclass(frozen=True, slots=True)
class _Lines:
    start: int
    end: int
    divisible: bool


def _blocks(text: str) -> list[_Lines]:
    """Return lines, with those joined that are one paragraph of wrapped prose."""
    blocks: list[_Lines] = []
    for line in _lines(text):
        last = blocks[-1] if blocks else None
        if last and line.divisible and last.divisible and _is_wrapped(text, last, line):
            blocks[-1] = _Lines(last.start, line.end, divisible=True)
        else:
            blocks.append(line)
    return blocks


def _lines(text: str) -> Iterator[_Lines]:
    fenced = False
    for match in _LINE.finditer(text):
        is_fence = _FENCE.match(match.group()) is not None
        fenced = fenced != is_fence
        is_code = fenced or is_fence or _CODE.match(match.group()) is not None
        yield _Lines(match.start(), match.end(), divisible=not is_code)


def _is_wrapped(text: str, last: _Lines, line: _Lines) -> bool:
    gap = text[last.end : line.start]
    if "\n" in gap.replace("\r\n", "\n")[1:] or _ITEM.match(text, line.start, line.end):
        return False
    before = text[max(last.start, last.end - _WINDOW_CHARS) : last.end]
    before = before[max(before.rfind("\n"), before.rfind("\r")) + 1 :]
    if len(before.strip()) < _WRAPPED_CHARS or _ENDED.match(before) or "|" in before:
        return False
    begins = text[line.start : line.end].lstrip()[:1]
    return begins.islower() or _OPEN_END.match(before) is not None


def _divided(text: str, block: _Lines) -> Iterator[Span]:
    if not block.divisible:
        yield trimmed(text, block.start, block.end)
        return
    start = block.start
    body = text[block.start : block.end]
    for end in sentence_ends(body):
        position = block.start + end
        if position == block.end or not _is_inside(text, start, position, block.end):
            yield trimmed(text, start, position)
            start = position
    yield trimmed(text, start, block.end)


def _is_inside(text: str, start: int, position: int, end: int) -> bool:
    """Tell whether the boundary at `position` falls inside a sentence after all."""
    before = text[max(start, position - _WINDOW_CHARS) : position]
    after = text[position : min(end, position + _WINDOW_CHARS)].lstrip()
    if not before.strip() or not after:
        return True
    touches = not before[-1].isspace() and not text[position].isspace()
    if touches and before.rstrip("\"'")[-1:] in {".", "?", "!"} and text[position].isascii():
        return True
    if _ITEM.fullmatch(before):
        return True
    if _ORDINAL.search(before) and _MONTH.match(after):
        return True
    starts_low = after[0].islower() or after[0].isdigit()
    return starts_low and _ABBREVIATION.search(before) is not None


def trimmed(text: str, start: int, end: int) -> Span:
    """Return where `text[start:end]` stands without the white space around it."""
    body = text[start:end]
    lead = len(body) - len(body.lstrip())
    return Span(start + lead, max(start + lead, start + len(body.rstrip())))


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
