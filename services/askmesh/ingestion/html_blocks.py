"""The blocks that the elements of a page make."""

import re
from collections.abc import Iterator

from askmesh.ingestion.blocks import Block, Code, Heading, KeyValue, ListItem, Paragraph
from askmesh.ingestion.html_table import HtmlTable, is_arranging
from askmesh.ingestion.html_tree import STRUCK, Element
from askmesh.ingestion.lines import paragraph_of
from askmesh.ingestion.raised import raised

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "menu"})
_INLINE = frozenset(
    ["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
     "font", "i", "ins", "kbd", "label", "mark", "nobr", "output", "q", "rp", "rt", "ruby", "s",
     "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"]
)  # fmt: skip
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_LANGUAGE = re.compile(r"(?:language|lang|highlight|brush)[-:]\s*([\w+#]+)")
_NO_LANGUAGES = frozenset({"default", "none", "text", "plaintext", "source"})
_MAX_TERM_CHARS = 60


class BlockCollector:
    """Collects the blocks of one page. Elements may be nested to any depth."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._words: list[str] = []
        self._counters: list[int | None] = []
        self._item: ListItem | None = None  # begun, or the last block
        self._term = ""
        self._level = 0  # of a heading that is begun; it ends with its first paragraph

    def blocks_of(self, content: Element) -> tuple[Block, ...]:
        """Return the blocks of `content`."""
        stack: list[tuple[Element | str, bool]] = [(content, False)]
        while stack:
            node, ends = stack.pop()
            if isinstance(node, str):
                self._words.append(_BLANKS.sub(" ", node))
            elif ends:
                self._end(node)
            elif not self._take_whole(node):
                self._start(node)
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(node.children))
        self._end_paragraph()
        self._end_term()
        return tuple(self._blocks)

    def _take_whole(self, element: Element) -> bool:
        """Take an element with all that is in it, and tell whether it is of that kind."""
        if element.name == "br":
            self._words.append("\n")
        elif element.name == "img":
            self._words.append(f" {element.attributes.get('alt', '')} ")
        elif element.name in STRUCK:
            pass  # it holds no longer
        elif element.name == "sup":
            self._words.append(raised(_BLANKS.sub(" ", element.text())))
        elif element.name == "pre":
            self._end_paragraph()
            if element.text().strip():
                self._add(Code(element.text().strip("\n"), _language(element)))
        elif element.name == "table" and not is_arranging(element):
            self._end_paragraph()
            self._add(*HtmlTable(element).blocks())
        else:
            return False
        return True

    def _start(self, element: Element) -> None:
        if element.name in _INLINE:
            return
        self._end_paragraph()
        if element.name in _LISTS:
            self._counters.append(_first_number(element) if element.name == "ol" else None)
        elif element.name == "li":
            self._item = ListItem("", max(0, len(self._counters) - 1), self._next_number())
        elif element.name == "dl":
            self._end_term()
        self._level = _HEADINGS.get(element.name, self._level)

    def _end(self, element: Element) -> None:
        if element.name in _INLINE:
            return
        if element.name == "dt":
            term = " ".join("".join(self._words).split()).rstrip("\u00b6: ")
            self._term = ", ".join(
                filter(None, [self._term, term])
            )  # several may share what follows
            self._words = []
            return
        self._end_paragraph()
        if element.name in _HEADINGS:
            self._level = 0
        if element.name in _LISTS and self._counters:
            self._counters.pop()
        if element.name == "dl":
            self._end_term()
        if element.name in {"li", "dd"} | _LISTS:
            self._item = None

    def _end_paragraph(self) -> None:
        """Make a block of the words so far."""
        text, self._words = "".join(self._words).strip(), []
        if not text:
            return
        if self._level:
            level, self._level = self._level, 0
            self._end_term()
            if heading := " ".join(text.split()).rstrip("\u00b6# "):
                self._add(Heading(level, heading))
        elif self._item is not None:
            self._extend_item(self._item, " ".join(text.split()))
        elif self._term and len(self._term) <= _MAX_TERM_CHARS:
            term, self._term = self._term, ""
            self._add(KeyValue(f"{term}: {' '.join(text.split())}"))
        else:
            self._end_term()
            self._add(*paragraph_of(text.split("\n")))

    def _end_term(self) -> None:
        if self._term:
            self._add(Paragraph(self._term))
        self._term = ""

    def _extend_item(self, item: ListItem, text: str) -> None:
        if item.text:
            self._blocks.pop()
        self._item = ListItem(f"{item.text} {text}".strip(), item.depth, item.number)
        self._blocks.append(self._item)

    def _next_number(self) -> str:
        number = self._counters[-1] if self._counters else None
        if number is None:
            return ""
        self._counters[-1] = number + 1
        return str(number)

    def _add(self, *blocks: Block) -> None:
        self._item = None
        self._blocks.extend(blocks)


def _first_number(element: Element) -> int:
    start = element.attributes.get("start", "")
    return int(start) if re.fullmatch(r"\d{1,6}", start) else 1


def _language(element: Element) -> str:
    names = (each.attributes.get("class", "") for each in _around_code(element))
    found = (match.group(1) for name in names for match in _LANGUAGE.finditer(name))
    return next((language for language in found if language not in _NO_LANGUAGES), "")


def _around_code(element: Element) -> Iterator[Element]:
    yield element
    yield from (child for child in element.children if isinstance(child, Element))
