"""Texts of sources are data: what they say to the system is left out, links are plain text."""

import re
from collections.abc import Iterable
from dataclasses import replace

from askmesh.summarization.citations import without_lookalikes
from askmesh.summarization.values import Source
from askmesh.text import Span, is_planted, planted_instructions, seeming_instructions, stems

_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]+)\]\(<?([^)>\s]*)>?[^)\n]*\)")
_TAG = re.compile(r"</?(?:a|img|iframe|script|object|embed)\b[^>]*>", re.IGNORECASE)
_NOT_A_LINE = re.compile(r"[^\n]")
_SPEAKING = stems(
    "answer ask callers complain customers email enquire inform inquire letter mail mention phone"
    " question quote recite reply report request respond response tell telephone visitors write"
)
_FOR_A_WAY = re.compile(
    r"\b(?:how (?:can|do|does|must|should|to)|wie (?:kann|muss|soll)|comment|c\u00f3mo)\b",
    re.IGNORECASE,
)
_OF_THE_ASKER = re.compile(r"\b(?:answer|inform|tell) (?:me|us)\b", re.IGNORECASE)


def without_instructions(source: Source) -> Source:
    """Return the source with spaces in place of what it says to the system that reads it.

    Everything else keeps its place. Titles and headings that speak to the system are left out.
    """
    return replace(
        source,
        text=_blanked(source.text, planted_instructions(source.text)),
        title="" if is_planted(source.title) else source.title,
        headings=tuple(heading for heading in source.headings if not is_planted(heading)),
    )


def without_seeming_instructions(source: Source, question: str) -> Source:
    """Return the source with spaces in place of what likely says how to answer.

    What speaks of telling stays where the question does, too: "What do I tell visitors?". A
    question for the way to do something is answered by orders: there, all stay.
    """
    if _FOR_A_WAY.search(question):
        return source
    speaking = stems(_OF_THE_ASKER.sub("", question)) & _SPEAKING
    spans = (
        span
        for span in seeming_instructions(source.text)
        if speaking.isdisjoint(stems(source.text[span.start : span.end]))
    )
    return replace(source, text=_blanked(source.text, spans))


def links_as_text(text: str) -> str:
    """Return `text` so that no reader's screen fetches an image or hides where a link goes."""
    return _TAG.sub("", _LINK.sub(r"\1 (\2)", _IMAGE.sub(r"\1", text)))


def _blanked(text: str, spans: Iterable[Span]) -> str:
    for span in spans:
        blank = _NOT_A_LINE.sub(" ", text[span.start : span.end])
        text = text[: span.start] + blank + text[span.end :]
    return text


def plain(text: str) -> str:
    """Return text of a source as it is shown: on one line, without marks, links as text."""
    return " ".join(links_as_text(without_lookalikes(text)).split())
