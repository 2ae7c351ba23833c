"""Lists in plain text."""

import re
from collections.abc import Iterable, Iterator, Sequence

from askmesh.ingestion.blocks import Block, ListItem, Paragraph

_ITEM = re.compile(
    r"(?P<indent>\s*)(?:[\u2022\u2023\u25aa\u25cf\u25e6]\s*|(?:[-*+\u2013]|"
    r"\(?(?P<number>\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s+)(?=\S)"
)
_STEP = re.compile(r"\s*(?P<number>\d{1,2})\s+(?=[^\W\d_])")
_MIN_STEPS = 2


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


def with_points(lines: Sequence[str]) -> list[str]:
    """Return lines, with a point behind each number that counts steps: "1 Open the valve".

    Steps count from one, each begins with a capital, and there are two at least.
    """
    steps = _steps_in(lines)
    return [
        f"{line[: match.end('number')]}. {line[match.end() :]}"
        if at in steps and (match := _STEP.match(line))
        else line
        for at, line in enumerate(lines)
    ]


def _steps_in(lines: Sequence[str]) -> set[int]:
    places: list[int] = []
    for at, line in enumerate(lines):
        match = _STEP.match(line)
        if match and int(match["number"]) == len(places) + 1 and line[match.end()].isupper():
            places.append(at)
    return set(places) if len(places) >= _MIN_STEPS else set()


def with_steps(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks; paragraphs that follow each other and count from one are items of a list."""
    run: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph) and _counts(block, len(run) + 1):
            run.append(block)
            continue
        yield from _steps(run)
        run = [block] if isinstance(block, Paragraph) and _counts(block, 1) else []
        if not run:
            yield block
    yield from _steps(run)


def _counts(block: Paragraph, number: int) -> bool:
    match = _STEP.match(block.text)
    return (
        match is not None and int(match["number"]) == number and block.text[match.end()].isupper()
    )


def _steps(run: Sequence[Paragraph]) -> Iterator[Block]:
    if len(run) < _MIN_STEPS:
        yield from run
        return
    for number, block in enumerate(run, start=1):
        yield ListItem(block.text.split(maxsplit=1)[1], 0, str(number))
