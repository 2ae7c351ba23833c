"""The text of a line of Markdown; with `markdown_reader`, it knows the parser."""

import re
from collections.abc import Iterable

from markdown_it.token import Token

from askmesh.ingestion.raised import raised

# Around what stands above the line and what is struck out: control characters, which no text has in
# the end.
_STRUCK = ("s", "del", "strike")
_TAGS = {
    "<sup>": "\x0e",
    "</sup>": "\x0f",
    **{f"<{name}>": "\x10" for name in _STRUCK},
    **{f"</{name}>": "\x11" for name in _STRUCK},
}
_ABOVE_LINE = re.compile("\x0e([^\x0e\x0f]*)\x0f")
_STRUCK_MARKS = re.compile("([\x10\x11])")


def text_of(tokens: Iterable[Token]) -> str:
    """Return what a line says, without what is struck out."""
    text = "".join(map(_inline_text, tokens))
    text = _ABOVE_LINE.sub(lambda match: raised(match.group(1)), text)
    return _unstruck(text)


def _unstruck(text: str) -> str:
    """Return a text without what stands between marks, and marks within that."""
    kept: list[str] = []
    begun: list[int] = []
    for part in _STRUCK_MARKS.split(text):
        if part == _TAGS["<s>"]:
            begun.append(len(kept))
        elif part != _TAGS["</s>"]:
            kept.append(part)
        elif begun:
            del kept[begun.pop() :]
    return "".join(kept)


def _inline_text(token: Token) -> str:
    match token.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "image":
            return text_of(token.children or ())
        case "html_inline":
            tag = token.content.lower()
            return "\n" if tag.startswith("<br") else _TAGS.get(tag, "")
        case "s_open" | "s_close":
            return _TAGS["<s>" if token.nesting > 0 else "</s>"]
        case "footnote_ref" | "footnote_anchor":
            return ""
        case _:
            return token.content
