"""What Word shows of the elements of a document: the text of a line, and what stands in boxes."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false

from collections.abc import Iterator

from docx.oxml.xmlchemy import BaseOxmlElement
from lxml import etree

from askmesh.ingestion.raised import raised

_MARKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_UNSEEN = frozenset(["pPr", "rPr", "tcPr", "del", "moveFrom", "Fallback"])
# What may stand around paragraphs and tables: controls, changes, marks of other programs.
_AROUND = frozenset(
    ["sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice"]
)


def name_of(element: etree._Element) -> str:
    """Return the name without its space; empty for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def parts_of_body(parent: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Yield the paragraphs and tables in `parent`, also those within controls and changes."""
    for child in parent:
        if name_of(child) in {"p", "tbl"}:
            yield child
        elif name_of(child) in _AROUND:
            yield from parts_of_body(child)


def shown_text(element: BaseOxmlElement) -> str:
    """Return the text as it is shown now, without what was deleted and what stands in boxes."""
    parts: list[str] = []
    for child in element:
        name = name_of(child)
        if name == "t":
            parts.append(child.text or "")
        elif name not in _UNSEEN and name != "txbxContent":
            parts.append(_MARKS.get(name, "") + shown_text(child))
    text = "".join(parts)
    return raised(text) if _is_raised(element) else text


def boxes_in(element: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Yield the boxes of text that hang on a paragraph, each once."""
    for child in element:
        if name_of(child) == "txbxContent":
            yield child
        elif name_of(child) not in _UNSEEN:
            yield from boxes_in(child)


def _is_raised(element: BaseOxmlElement) -> bool:
    return name_of(element) == "r" and "superscript" in element.xpath("./w:rPr/w:vertAlign/@w:val")
