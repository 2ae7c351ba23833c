"""Texts of sources are data: what they say to the system is left out, links are plain text."""

import re
from dataclasses import replace

from askmesh.summarization.citations import without_lookalikes
from askmesh.summarization.values import Source
from askmesh.text import is_planted, planted_instructions

_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]+)\]\(<?([^)>\s]*)>?[^)\n]*\)")
_TAG = re.compile(r"</?(?:a|img|iframe|script|object|embed)\b[^>]*>", re.IGNORECASE)
_NOT_A_LINE = re.compile(r"[^\n]")


def without_instructions(source: Source) -> Source:
    """Return the source with spaces in place of what it says to the system that reads it.

    Everything else keeps its place. Titles and headings that speak to the system are left out.
    """
    return replace(
        source,
        text=_blanked(source.text),
        title="" if is_planted(source.title) else source.title,
        headings=tuple(heading for heading in source.headings if not is_planted(heading)),
    )


def links_as_text(text: str) -> str:
    """Return `text` so that no reader's screen fetches an image or hides where a link goes."""
    return _TAG.sub("", _LINK.sub(r"\1 (\2)", _IMAGE.sub(r"\1", text)))


def _blanked(text: str) -> str:
    for span in planted_instructions(text):
        blank = _NOT_A_LINE.sub(" ", text[span.start : span.end])
        text = text[: span.start] + blank + text[span.end :]
    return text


def plain(text: str) -> str:
    """Return text of a source as it is shown: on one line, without marks, links as text."""
    return " ".join(links_as_text(without_lookalikes(text)).split())
