"""The elements of an HTML page: the one module that knows the parser."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

STRUCK = frozenset({"del", "s", "strike"})
"""The elements whose text is struck out."""

_TEXT = "-text"
_MAX_DEPTH = 2_000
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)")
# A "<" that opens no tag, since the next one comes before any ">" and before any attribute.
_STRAY = re.compile(r"<(?=[a-zA-Z][^<>\"'=]*(?:<|\Z))")
_NEVER_DEEP = frozenset(
    ["p", "li", "tr", "td", "th", "dt", "dd", "option", "br", "hr", "img", "input", "meta", "link"]
)


@dataclass(slots=True)
class Element:
    """An element with its children in order; texts are strings."""

    name: str
    attributes: Mapping[str, str]
    children: list["Element | str"] = field(default_factory=list["Element | str"])
    size: int = 0
    """Characters of all text inside."""
    linked: int = 0
    """How many of them are text of links."""
    has_heading: bool = False

    def elements(self) -> Iterator["Element"]:
        """Yield this element and all inside of it, in the order in which they begin."""
        stack: list[Element] = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(
                child for child in reversed(element.children) if isinstance(child, Element)
            )

    def text(self) -> str:
        """Return all text inside, as it stands."""
        texts: list[str] = []
        stack: list[Element | str] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                texts.append(node)
            elif node.name == "br":
                texts.append("\n")
            else:
                stack.extend(reversed(node.children))
        return "".join(texts)


def parse_html(text: str) -> Element:
    """Return the root of the page that `text` is; costs time in proportion to its length."""
    parser = LexborHTMLParser(_with_bounded_depth(_STRAY.sub("&lt;", text)))
    root = Element("html", {})
    if parser.root is not None:
        _copy(parser.root, root)
    _measure(root)
    return root


def _with_bounded_depth(text: str) -> str:
    """Return `text` without the tags that nest deeper than any page does."""
    if text.count("<") <= _MAX_DEPTH:
        return text
    depth = 0

    def kept(match: re.Match[str]) -> str:
        nonlocal depth
        ends, name = match.groups()
        if name.lower() in _NEVER_DEEP:
            return match.group()
        depth = max(0, depth - 1) if ends else depth + 1
        # What is no tag name makes a comment of the tag.
        return match.group() if depth <= _MAX_DEPTH else "</ "

    return _TAG.sub(kept, text)


def _copy(source: LexborNode, root: Element) -> None:
    stack: list[tuple[LexborNode, Element]] = [(source, root)]
    while stack:
        node, element = stack.pop()
        element.name = node.tag or ""
        element.attributes = {name: value or "" for name, value in node.attributes.items()}
        child = node.first_child
        while child is not None:
            if child.tag == _TEXT:
                element.children.append(child.text_content or "")
            elif not (child.tag or "-").startswith(("-", "!", "_")):
                inner = Element("", {})
                element.children.append(inner)
                stack.append((child, inner))
            child = child.next


def _measure(root: Element) -> None:
    for element in reversed(list(root.elements())):
        for child in element.children:
            if isinstance(child, str):
                element.size += len(child.strip())
            else:
                element.size += child.size
                element.linked += child.linked
                element.has_heading |= child.has_heading
        element.has_heading |= re.fullmatch("h[1-6]", element.name) is not None
        if element.name == "a" and "href" in element.attributes:
            element.linked = element.size
