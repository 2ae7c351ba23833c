"""Lists in plain text."""

import re
from collections.abc import Iterator, Sequence

from askmesh.ingestion.blocks import ListItem

_ITEM = re.compile(
    r"(?P<indent>\s*)(?:[\u2022\u2023\u25aa\u25cf\u25e6]\s*|(?:[-*+\u2013]|"
    r"\(?(?P<number>\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s+)(?=\S)"
)


def starts_item(line: str) -> bool:
    """Tell whether a line begins an item of a list."""
    return _ITEM.match(line) is not None


def list_of(lines: Sequence[str]) -> Iterator[ListItem]:
    """Yield the items in `lines`, of which the first begins one; wrapped items are joined."""
    indents: list[int] = []
    item: ListItem | None = None
    for line in lines:
        match = _ITEM.match(line)
        if match is None:
            if item is not None:
                item = ListItem(f"{item.text} {' '.join(line.split())}", item.depth, item.number)
            continue
        if item is not None:
            yield item
        indent = len(match.group("indent"))
        indents = [each for each in indents if each < indent]
        text = " ".join(line[match.end() :].split())
        item = ListItem(text, len(indents), match.group("number") or "")
        indents.append(indent)
    if item is not None:
        yield item
