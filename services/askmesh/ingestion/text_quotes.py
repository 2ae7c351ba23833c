"""What an e-mail quotes: lines behind a sign for each time that they were quoted."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

_SIGNS = re.compile(r"(?:> ?)+")
_PROMPT = re.compile(r">>> ")


def quotes_in(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield lines in parts that are quoted equally often, without the signs; none if none is."""
    if not any(line.startswith(">") for line in lines) or _PROMPT.match(lines[0]):
        return
    for _, part in groupby(lines, key=_depth):
        yield [line[match.end() :] if (match := _SIGNS.match(line)) else line for line in part]


def _depth(line: str) -> int:
    match = _SIGNS.match(line)
    return match.group().count(">") if match else 0
