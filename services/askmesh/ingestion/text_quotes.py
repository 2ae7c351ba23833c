"""What an e-mail quotes: lines behind a sign for each time that they were quoted."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

_SIGNS = re.compile(r"(?:> ?)+")
_PROMPT = re.compile(r">>> ")
_MORE_THAN = re.compile(r"> ?(?:-|[\u20ac$\u00a3] ?)?\d|>=")
_WROTE = re.compile(r"\b(?:wrote|schrieb|\u00e9crit|escribi\u00f3|scritto)\b[^:]{0,80}:$")


def quotes_in(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield lines in parts that are quoted equally often, without the signs; none if none is.

    Prompts of a program are no quotes, and neither are figures that something is more than.
    """
    if not any(line.startswith(">") for line in lines) or _are_prompts(lines):
        return
    if _begin_with_figures(lines):
        return
    for _, part in groupby(lines, key=_depth):
        yield [line[match.end() :] if (match := _SIGNS.match(line)) else line for line in part]


def _are_prompts(lines: Sequence[str]) -> bool:
    """Tell whether there are prompts, which are no quotes of quotes of quotes."""
    has_prompts = any(map(_PROMPT.match, lines))
    return has_prompts and not any(_depth(line) in {1, 2} for line in lines)


def _begin_with_figures(lines: Sequence[str]) -> bool:
    """Tell whether the first sign says "more than": no words are quoted, and nobody wrote them."""
    first = next(at for at, line in enumerate(lines) if line.startswith(">"))
    return _MORE_THAN.match(lines[first]) is not None and not any(map(_WROTE.search, lines[:first]))


def _depth(line: str) -> int:
    match = _SIGNS.match(line)
    return match.group().count(">") if match else 0
