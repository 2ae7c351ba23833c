"""Code in plain text, which nothing but its layout and its signs show."""

import re
from collections.abc import Sequence
from itertools import pairwise

from askmesh.ingestion.lines import is_key_value

_CODE = re.compile(r"\s*(?:>>> |\.\.\. |\$ |#!|(?:def|class) .*:$)|.*(?:::=|[{};]$|\)\s*:$)")
_COMMAND = re.compile(r"(?:^|\s)--?[A-Za-z]|[/\\=|$<>_]")
_CODE_INDENT = 3
_MAX_INTRODUCTION_LINES = 20


def is_code(lines: Sequence[str]) -> bool:
    """Tell whether lines are those of a program."""
    if all(map(is_key_value, lines)):
        return False
    indents = [len(line) - len(line.lstrip()) for line in lines]
    indented = min(indents) >= _CODE_INDENT and len(set(indents)) > 1
    marked = sum(_CODE.match(line) is not None for line in lines)
    opens = any(
        line.endswith((":", "{", "(")) and following > indent
        for line, (indent, following) in zip(lines, pairwise(indents), strict=False)
    )
    return (indented and opens) or marked * 2 >= len(lines) or (indented and marked > 0)


def introduction_of(lines: Sequence[str]) -> int:
    """Return how many lines introduce the code that the rest is; 0 if it is none."""
    for at, (line, following) in enumerate(pairwise(lines[:_MAX_INTRODUCTION_LINES]), start=1):
        deeper = len(following) - len(following.lstrip()) >= len(line) - len(line.lstrip()) + 2
        if line.endswith(":") and deeper:
            rest = lines[at:]
            if is_code(rest) or is_command(rest, line):
                return at
    return 0


def is_command(lines: Sequence[str], above: str) -> bool:
    """Tell whether lines below one that ends with a colon are what is typed at a terminal."""
    return (
        above.endswith(":")
        and all(line.startswith("  ") and not line.endswith((".", "!", "?")) for line in lines)
        and any(_COMMAND.search(line) for line in lines)
        and not any(map(is_key_value, lines))
        and not lines[0].lstrip()[0].isupper()
    )
