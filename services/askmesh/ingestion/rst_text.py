"""The text of what a reStructuredText document is made of."""

# The library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import re

from docutils import nodes

_ROLE = re.compile(r":[\w:+.-]+:`(.*)`", re.DOTALL)
_TARGET = re.compile(r"(.+?)\s*<[^<>]+>$", re.DOTALL)


def line_of(node: nodes.Node) -> str:
    """Return the text on one line."""
    return " ".join(text_of(node).split())


def text_of(node: nodes.Node) -> str:
    """Return the text; of what has a role that the library does not know, what a reader sees."""
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.problematic):
        return _shown(node.astext())
    if isinstance(node, nodes.system_message | nodes.comment):
        return ""
    between = "" if isinstance(node, nodes.TextElement) else "\n"
    return between.join(map(text_of, node.children))


def _shown(source: str) -> str:
    role = _ROLE.fullmatch(source)
    inner = role.group(1) if role else source
    target = _TARGET.fullmatch(inner)
    return (target.group(1) if target else inner).lstrip("~!")
