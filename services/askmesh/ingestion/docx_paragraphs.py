"""What a paragraph of Word is: a heading, an item of a list, or text."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportPrivateUsage=false, reportMissingTypeStubs=false
# pyright: reportAttributeAccessIssue=false

import re
from collections.abc import Iterator

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.styles.style import BaseStyle, ParagraphStyle
from docx.text.paragraph import Paragraph as DocxParagraph
from lxml import etree

from askmesh.ingestion.blocks import Block, Heading, ListItem
from askmesh.ingestion.docx_numbers import WordNumbers
from askmesh.ingestion.docx_text import is_set, shown_text
from askmesh.ingestion.lines import paragraph_of
from askmesh.ingestion.text_lists import list_of, starts_item

_HEADING = re.compile(r"(?:heading (\d)|title)$", re.IGNORECASE)
_LIST = re.compile(r"list (bullet|number|paragraph)(?: (\d))?$", re.IGNORECASE)
_CONTENTS = re.compile(r"toc \d$", re.IGNORECASE)
_CLAUSE = re.compile(r"[1-9]\d?(?:\.[1-9]\d?)+\.?")
_TIME_OR_PRICE = re.compile(r"\d+\.\d\d")
_SIGN_AND_TEXT = 2
_MAX_BASES = 8
_MAX_BOLD_CHARS = 80
_MAX_BOLD_SHARE = 0.4
_OPEN_ENDS = (".", ",", ";", ":", "!")


class Paragraphs:
    """Tells what the paragraphs of one document are, which are to come in their order."""

    def __init__(self, document: Document) -> None:
        self._body = document._body  # noqa: SLF001 - it knows the styles
        self._numbers = WordNumbers(document.part)
        self._bold_means_something = _bold_share(document.element.body) <= _MAX_BOLD_SHARE
        self._level = 0
        self._styles: dict[str | None, list[ParagraphStyle]] = {}

    def blocks(self, element: BaseOxmlElement) -> Iterator[Block]:
        """Yield the blocks of a paragraph. A short one in bold letters is a heading."""
        shown = shown_text(element)
        text = " ".join(shown.split())
        if not text:
            return
        styles = self._styles_of(element)
        heading, item = _named(styles, _HEADING), _named(styles, _LIST)
        counted = _list_of(element, styles)
        number = self._numbers.next_number(*counted) if counted else ""
        if heading:
            self._level = int(heading[1] or 1)
            yield Heading(self._level, f"{number} {text}".strip())
        elif (number or not (item or counted)) and self._is_bold_heading(element, text):
            yield Heading(self._level + 1, f"{number} {text}".strip())
        elif item or counted:
            depth = int(item[2] or 1) - 1 if item else counted[1] if counted else 0
            yield ListItem(text, depth, number)
        elif "\t" in shown and (listed := _listed_by_hand(shown)):
            yield listed
        else:
            yield from paragraph_of(shown.split("\n"))

    def cells(self, element: BaseOxmlElement) -> list[str]:
        """Return what stands between tabs in a paragraph that is only text; else nothing."""
        text = shown_text(element).strip()
        if "\t" not in text or "\n" in text or _listed_by_hand(text):
            return []
        styles = self._styles_of(element)
        if any(_named(styles, each) for each in (_HEADING, _LIST, _CONTENTS)):
            return []
        return [] if _list_of(element, styles) else _cells_in(text)

    def _styles_of(self, element: BaseOxmlElement) -> list[ParagraphStyle]:
        """Return the styles of a paragraph; a document has few, and each look-up walks them all."""
        name = element.style
        if name not in self._styles:
            self._styles[name] = list(_styles(DocxParagraph(element, self._body)))
        return self._styles[name]

    def _is_bold_heading(self, element: BaseOxmlElement, text: str) -> bool:
        return self._bold_means_something and is_bold(element) and _may_head(text)


def is_bold(element: BaseOxmlElement) -> bool:
    """Tell whether all letters of an element are bold, and there are some."""
    runs = [run for run in element.iter(qn("w:r")) if shown_text(run).strip()]
    return bool(runs) and all(is_set(run, "w:b") for run in runs)


def _styles(paragraph: DocxParagraph) -> Iterator[ParagraphStyle]:
    """Yield the style of a paragraph, and those that it is based on."""
    style: BaseStyle | None = paragraph.style
    for _ in range(_MAX_BASES):
        if not isinstance(style, ParagraphStyle):
            break
        yield style
        style = style.base_style


def _named(styles: list[ParagraphStyle], pattern: re.Pattern[str]) -> re.Match[str] | None:
    """Return how a style matches, or one that it is based on, as those of organisations are."""
    return next((match for each in styles if (match := pattern.match(each.name or ""))), None)


def _list_of(paragraph: BaseOxmlElement, styles: list[ParagraphStyle]) -> tuple[str, int] | None:
    """Return the list that a paragraph or its style is of, and the level; None if it is of none."""
    level = ""
    for element in [paragraph, *(style.element for style in styles)]:
        properties = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if properties is None:
            continue
        level = level or _value(properties, "w:ilvl")
        if list_id := _value(properties, "w:numId"):
            return None if list_id == "0" else (list_id, int(level or 0))
    return None


def _listed_by_hand(text: str) -> ListItem | None:
    """Return the item of a list whose sign or number somebody wrote, with a tab behind it."""
    cells = _cells_in(text.strip())
    if len(cells) != _SIGN_AND_TEXT:
        return None
    is_clause = _CLAUSE.fullmatch(cells[0]) and cells[1][0].isalpha()
    if is_clause and (cells[1].endswith(_OPEN_ENDS) or not _TIME_OR_PRICE.fullmatch(cells[0])):
        return ListItem(" ".join(cells[1].split()), 0, cells[0].rstrip("."))
    line = " ".join(cells)
    return next(list_of([line]), None) if starts_item(line) else None


def _cells_in(text: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"\t+", text)]


def _value(element: etree._Element, name: str) -> str:
    found = element.find(qn(name))
    return "" if found is None else found.get(qn("w:val")) or ""


def _may_head(text: str) -> bool:
    """Tell whether a text in bold letters may be a heading."""
    is_short = len(text) <= _MAX_BOLD_CHARS and not text.endswith(_OPEN_ENDS)
    return is_short and any(map(str.isalpha, text))


def _bold_share(body: BaseOxmlElement) -> float:
    bold = total = 0
    for run in body.iter(qn("w:r")):
        size = len(shown_text(run))
        total += size
        bold += size if is_set(run, "w:b") else 0
    return bold / max(1, total)
