"""Plain text, with the headings, lists, tables, keys and code that its layout shows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import dedent

from askmesh.ingestion.blocks import Block, Code, Heading, ReadDocument, first_heading
from askmesh.ingestion.lines import paragraph_of
from askmesh.ingestion.text_cards import are_cards, blocks_of_cards
from askmesh.ingestion.text_code import introduction_of, is_code, is_command
from askmesh.ingestion.text_headings import TextHeading, heading_above, sections_of
from askmesh.ingestion.text_lists import list_of, starts_item, with_points
from askmesh.ingestion.text_logs import begins_entry, logged, timed
from askmesh.ingestion.text_quotes import quotes_in
from askmesh.ingestion.text_subtitles import are_subtitles, blocks_of_subtitles
from askmesh.ingestion.text_tables import (
    columns_of,
    indent_of,
    is_drawn,
    rows_of_drawing,
    starts_columns,
)

_RULE = re.compile(r"([=\-~^\"'`#*+.:_])\1{2,}\s*$")
_FENCE = re.compile(r"(```+|~~~+)\s*([\w+#-]*)\s*$")
_COLOURS = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")  # as terminals take them
_MIN_ROWS = 2
_MAX_HEADING_CHARS = 200
_MAX_TITLE_CHARS = 80
_MAX_TITLE_WORDS = 12
_SENTENCE_ENDS = (".", "!", "?")
_OPEN_ENDS = tuple(".,;:!?|\\{}()<>=")


def read_text(text: str) -> ReadDocument:
    """Return the blocks of `text`, and its title: what stands above it, if that looks like one."""
    text = _COLOURS.sub("", text)
    if are_subtitles(text):
        return ReadDocument("", tuple(blocks_of_subtitles(text)))
    if are_cards(text):
        return ReadDocument("", tuple(blocks_of_cards(text)))
    first, _, rest = text.strip("\n").partition("\n")
    title = first.rstrip()
    if rest.strip() and _is_title(title, rest.partition("\n")[0].rstrip()):
        blocks: tuple[Block, ...] = (Heading(1, title), *blocks_of_text(rest, {"": 1}))
    else:
        blocks = tuple(blocks_of_text(text))
    return ReadDocument(first_heading(blocks[:1]), blocks)


def blocks_of_text(text: str, levels: Mapping[str, int] | None = None) -> Iterator[Block]:
    """Yield the blocks of `text`.

    A line that is underlined with a rule is a heading; one right above others may be one, too. Its
    level follows from the order in which the kinds of headings appear, after `levels`. Wrapped
    lines of prose are joined; code keeps its lines.
    """
    known = dict(levels or {})
    paragraph: list[str] = []
    above = ""
    lines = iter([line.rstrip() for line in text.expandtabs().split("\n")])
    for line in lines:
        if not paragraph and (fence := _FENCE.match(line)):
            yield _fenced(fence, lines)
        elif _is_underline(line, paragraph):
            title = paragraph.pop()
            if paragraph and _RULE.match(paragraph[-1]):
                paragraph.pop()
            yield from _chunk(paragraph)
            yield Heading(known.setdefault(line[0], len(known) + 1), title.strip())
            paragraph = []
        elif line:
            if heading := _heading_between(paragraph, line, known):
                yield from _chunk(paragraph[:-1], above)
                yield Heading(known.setdefault(heading.kind, len(known) + 1), heading.text)
                paragraph = []
            paragraph.append(line)
        else:
            yield from _chunk(paragraph, above)
            above = paragraph[-1] if paragraph else above
            paragraph = []
    yield from _chunk(paragraph, above)


def _heading_between(
    paragraph: Sequence[str], following: str, known: Mapping[str, int]
) -> TextHeading | None:
    """Return the heading that the last line of a paragraph is, which stands above `following`.

    Right below other lines only a further heading is one, of a kind that there was before.
    """
    heading = heading_above(paragraph[-1], following) if paragraph else None
    if heading and len(paragraph) > 1:
        goes_on = heading.kind in known and paragraph[-2].endswith(_SENTENCE_ENDS)
        return heading if goes_on else None
    return heading


def _is_title(line: str, following: str) -> bool:
    """Tell whether the first line of a text, above the line `following`, looks like its title."""
    words = line.split()
    if not words or len(line) > _MAX_TITLE_CHARS or len(words) > _MAX_TITLE_WORDS:
        return False
    if line.endswith(_OPEN_ENDS) or not line[0].isalnum() or _RULE.match(following):
        return False
    if starts_item(line) or starts_columns(line) or begins_entry(line):
        return False
    return not following or line.isupper()


def _fenced(fence: re.Match[str], lines: Iterator[str]) -> Code:
    code: list[str] = []
    for line in lines:
        if line.strip() == fence.group(1):
            break
        code.append(line)
    return Code("\n".join(code), fence.group(2))


def _is_underline(line: str, paragraph: list[str]) -> bool:
    """Tell whether `line` makes a heading of the line before it."""
    if not paragraph or not _RULE.match(line):
        return False
    title = paragraph[-1]
    overlined = len(paragraph) > 1 and _RULE.match(paragraph[-2]) is not None
    indented = title[:1].isspace() and not overlined
    fits = len(line) >= min(len(title), _MAX_HEADING_CHARS) * 0.75
    alone = len(paragraph) == 1 or overlined
    return fits and alone and not indented and not _RULE.match(title)


def _chunk(lines: list[str], above: str = "") -> Iterator[Block]:
    """Yield the blocks of lines without an empty one between them; `above` is the last before."""
    parts = list(quotes_in(lines))
    for part in parts:
        yield from blocks_of_text("\n".join(part))
    if not parts:
        yield from _unquoted(lines, above)


def _unquoted(lines: list[str], above: str) -> Iterator[Block]:
    kept = with_points([line for line in lines if not _RULE.match(line) and line != "--"])
    first_item = next((at for at, line in enumerate(kept) if starts_item(line)), len(kept))
    if not kept:
        return
    if all(map(is_drawn, lines)):
        yield from rows_of_drawing(lines)
    elif (entries := logged(kept)) or (entries := _columns(lines) or timed(kept)):
        yield from entries
    elif _is_list(kept, first_item):
        yield from _chunk(kept[:first_item])
        yield from list_of(kept[first_item:])
    elif is_code(kept) or is_command(kept, above):
        yield Code(dedent("\n".join(kept)))
    elif len(sections := sections_of(kept)) > 1:
        for section in sections:
            yield from _chunk(section)
    elif introduction := introduction_of(kept):
        yield from paragraph_of(kept[:introduction])
        yield Code(dedent("\n".join(kept[introduction:])))
    else:
        yield from paragraph_of(kept)


def _columns(lines: Sequence[str]) -> list[Block]:
    """Return the rows of a table, what stands right above it, and below; nothing without one."""
    first = next((at for at, line in enumerate(lines) if starts_columns(line)), 0)
    if rows := columns_of(lines[first:]):
        return [*paragraph_of(lines[:first]), *rows]
    for end in _ends_of_columns(lines, first):
        if rows := columns_of(lines[first:end]):
            return [*paragraph_of(lines[:first]), *rows, *_chunk(list(lines[end:]))]
    return []


def _ends_of_columns(lines: Sequence[str], first: int) -> Iterator[int]:
    """Yield where a table that begins at the line `first` may end, with lines that go on or not."""
    below = range(first + _MIN_ROWS, len(lines))
    apart = [at for at in below if not starts_columns(lines[at])]
    flush = [at for at in apart if indent_of(lines[at]) <= indent_of(lines[first])]
    yield from (ends[0] for ends in (flush, apart) if ends)


def _is_list(lines: Sequence[str], first: int) -> bool:
    """Tell whether a list begins at the line `first`."""
    if first >= len(lines):
        return False
    several = sum(map(starts_item, lines)) > 1
    return first == 0 or lines[first - 1].endswith(":") or several
