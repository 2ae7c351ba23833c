"""AsciiDoc: headings, paragraphs, lists, tables, definitions and code."""

import re
from collections.abc import Iterator

from askmesh.ingestion.asciidoc_lines import plain, table_of
from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import (
    Block,
    Code,
    Heading,
    KeyValue,
    ListItem,
    Paragraph,
    ReadDocument,
    first_heading,
)
from askmesh.ingestion.lines import paragraph_of

_HEADING = re.compile(r"(={1,6}|#{1,6})\s+(\S.*?)(?:\s+\1)?$")
_VALUE = re.compile(r":(!?[\w-]+!?):(?:\s+(.*))?$")
_ITEM = re.compile(r"\s*(\*{1,6}|-|\.{1,6}|\d{1,4}\.)\s+(?=\S)(?:\[[ x*]\]\s+)?(.*)$")
_TERM = re.compile(r"\s*(\S.*?)(?::{2,4}|;;)(?:\s+(.*))?$")
_FENCE = re.compile(r"(-{4,}|\.{4,}|/{4,}|\+{4,}|```+)(\w*)\s*$")
_AROUND = re.compile(r"(?:={4,}|\*{4,}|_{4,}|--|\+|'{3,}|<{3,})\s*$")
_TABLE = re.compile(r"[|!,:]={3,}\s*$")
_FORMAT = re.compile(r"format=\"?(csv|dsv|tsv)")
_SEPARATORS = {"csv": ",", "dsv": ":", "tsv": "\t"}
_ATTRIBUTES = re.compile(r"\[(?!\[).*\]\s*$")
_LANGUAGE = re.compile(r"\[(?:source|listing|%?[\w%]*),\s*([\w+#-]+)|\[,\s*([\w+#-]+)")
_SKIPPED = re.compile(
    r"//(?!/)|\[\[.*\]\]\s*$|(?:include|image|video|audio|toc|ifn?def|ifeval|endif)::"
)
_TITLE = re.compile(r"\.(?=[^\s.])(.*)$")
_AUTHOR = re.compile(r"[^\W\d][\w.' -]{1,60}(?:<[^>]*>)?(?:;.*)?$")
_REVISION = re.compile(r"(?:v?[\d.]+,\s*)?(\d{4}-\d\d-\d\d)")


def read_asciidoc(text: str) -> ReadDocument:
    """Return the blocks of a document; nothing is included from elsewhere."""
    reader = _Reader(text)
    blocks = tuple(reader.blocks())
    return ReadDocument(first_heading(blocks), blocks, attributes_of(reader.values))


class _Reader:
    """Reads the lines of one document, one after the other."""

    def __init__(self, text: str) -> None:
        self._lines = [line.rstrip() for line in text.split("\n")]
        self._at = 0
        self._attributes = ""
        self._paragraph: list[str] = []
        self._item: ListItem | None = None
        self._marks: list[str] = []
        self._numbers: dict[int, int] = {}
        self.values: dict[str, str] = {}

    def blocks(self) -> Iterator[Block]:
        """Yield all blocks. What is found of names and values is kept in `values`."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            yield from self._block(line)
        yield from self._ended()

    def _block(self, line: str) -> Iterator[Block]:
        if not line or _SKIPPED.match(line) or _AROUND.match(line):
            yield from self._ended()
        elif fence := _FENCE.match(line):
            yield from self._ended()
            yield from self._verbatim(fence)
        elif _TABLE.match(line):
            yield from self._ended()
            yield from self._table(line)
        elif heading := _HEADING.match(line):
            yield from self._ended()
            yield from self._heading(heading)
        elif value := _VALUE.match(line):
            self.values[value.group(1).strip("!").lower()] = value.group(2) or ""
        elif _ATTRIBUTES.match(line):
            yield from self._ended()
            self._attributes = line
        else:
            yield from self._text(line)

    def _text(self, line: str) -> Iterator[Block]:
        item, term = _ITEM.match(line), _TERM.match(line)
        if item and (not self._paragraph or self._item):
            yield from self._ended()
            self._begin(item.group(1))
            self._paragraph = [item.group(2)]
        elif term and not self._paragraph:
            yield from self._term(*term.groups(default=""))
        elif (title := _TITLE.match(line)) and not self._paragraph:
            yield Paragraph(plain(title.group(1), self.values))
        else:
            self._paragraph.append(line.strip())

    def _heading(self, match: re.Match[str]) -> Iterator[Block]:
        level = len(match.group(1))
        yield Heading(level, plain(match.group(2), self.values))
        self._marks, self._attributes = [], ""
        if level == 1 and self._at == 1 + self._first_line():
            self._take_author()

    def _first_line(self) -> int:
        return next(at for at, line in enumerate(self._lines) if _HEADING.match(line))

    def _take_author(self) -> None:
        """Take the lines of author and revision below the title."""
        following = self._lines[self._at : self._at + 1]
        if following and _AUTHOR.match(following[0]):
            self.values.setdefault("author", following[0].partition("<")[0].strip())
            self._at += 1
            revision = _REVISION.match("".join(self._lines[self._at : self._at + 1]))
            if revision:
                self.values.setdefault("date", revision.group(1))
                self._at += 1

    def _verbatim(self, fence: re.Match[str]) -> Iterator[Block]:
        lines = self._until(fence.group(1))
        language = _LANGUAGE.match(self._taken_attributes())
        if fence.group(1)[0] not in "/+":
            named = next(filter(None, language.groups()), "") if language else fence.group(2)
            yield Code("\n".join(lines), named)

    def _table(self, mark: str) -> Iterator[Block]:
        lines, attributes = self._until(mark), self._taken_attributes()
        form = _FORMAT.search(attributes)
        separator = _SEPARATORS[form.group(1)] if form else mark[0].strip("|!")
        return table_of(lines, attributes, self.values, separator)

    def _until(self, mark: str) -> list[str]:
        """Return the lines up to the one that is `mark`, and go on after it."""
        lines: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if line == mark.strip():
                break
            lines.append(line)
        return lines

    def _term(self, term: str, text: str) -> Iterator[Block]:
        body = [text] if text else []
        while not text and self._at < len(self._lines) and self._is_prose(self._lines[self._at]):
            body.append(self._lines[self._at].strip())
            self._at += 1
        said = plain(" ".join(body), self.values)
        yield KeyValue(f"{plain(term, self.values)}: {said}") if said else Paragraph(f"{term}:")

    def _is_prose(self, line: str) -> bool:
        marks = (_ITEM, _TERM, _FENCE, _AROUND, _TABLE, _HEADING, _ATTRIBUTES)
        return bool(line) and not any(mark.match(line) for mark in marks)

    def _begin(self, mark: str) -> None:
        """Begin an item; marks that were not seen yet in this list stand deeper."""
        kind = "1." if mark[0].isdigit() else mark
        self._marks = (
            [*self._marks[: self._marks.index(kind)]] if kind in self._marks else self._marks
        )
        depth = len(self._marks)
        self._marks = [*self._marks, kind]
        self._numbers = {at: number for at, number in self._numbers.items() if at <= depth}
        self._numbers[depth] = self._numbers.get(depth, 0) + 1
        numbered = kind[0] in ".1"
        self._item = ListItem("", depth, str(self._numbers[depth]) if numbered else "")

    def _ended(self) -> Iterator[Block]:
        lines, self._paragraph = [plain(each, self.values) for each in self._paragraph], []
        if self._item is not None:
            item, self._item = self._item, None
            yield ListItem(" ".join(lines), item.depth, item.number)
        elif lines:
            self._marks, self._numbers = [], {}
            yield from paragraph_of(lines)

    def _taken_attributes(self) -> str:
        taken, self._attributes = self._attributes, ""
        return taken
