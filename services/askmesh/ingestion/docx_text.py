"""What Word shows of the elements of a document: the text of a line, and what stands in boxes."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false

from collections.abc import Iterator

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from lxml import etree

from askmesh.ingestion.raised import raised

_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_UNSEEN = frozenset(["pPr", "rPr", "tcPr", "del", "moveFrom", "Fallback"])
# What may stand around paragraphs and tables: controls, changes, marks of other programs.
_AROUND = frozenset(
    ["sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice"]
)
_EXPONENT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}sup"
_OFF = frozenset(["0", "false", "off", "none"])
_STRUCK_OR_HIDDEN = ("w:strike", "w:dstrike", "w:vanish")


def name_of(element: etree._Element) -> str:
    """Return the name without its space; empty for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def is_set(run: etree._Element, name: str) -> bool:
    """Tell whether letters of a run have a property, such as "w:b"."""
    found = run.find(f"{qn('w:rPr')}/{qn(name)}")
    return found is not None and found.get(qn("w:val"), "true") not in _OFF


def parts_of_body(parent: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Yield the paragraphs and tables in `parent`, also those within controls and changes."""
    for child in parent:
        if name_of(child) in {"p", "tbl"}:
            yield child
        elif name_of(child) in _AROUND:
            yield from parts_of_body(child)


def shown_text(element: BaseOxmlElement) -> str:
    """Return the text as it is shown now; not what was deleted or struck out, nor boxes."""
    parts: list[str] = []
    for child in element:
        name = name_of(child)
        if name == "t":
            parts.append(child.text or "")
        elif name not in _UNSEEN and name != "txbxContent" and not _is_unseen(child):
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


def _is_unseen(element: etree._Element) -> bool:
    """Tell whether an element is a run that is struck out or hidden."""
    is_run = element.tag == qn("w:r")
    return is_run and any(is_set(element, name) for name in _STRUCK_OR_HIDDEN)


def _is_raised(element: BaseOxmlElement) -> bool:
    if element.tag == _EXPONENT:
        return True
    style = element.find(f"{qn('w:rPr')}/{qn('w:vertAlign')}")
    return style is not None and style.get(qn("w:val")) == "superscript"
