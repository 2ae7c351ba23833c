"""Whole sentences, lines and words out of text that arrives in pieces."""

import re

from askmesh.summarization.citations import is_mark_begun, marks_before_stops
from askmesh.text import sentences

_FULL_STOPS = "\u3002\uff01\uff1f"
_MAY_END = re.compile(rf"[.!?\u2026\u061f][\"\u201d\u2019')\]]*\s|\n|[{_FULL_STOPS}]")
_ENDED = re.compile(rf"[.!?\u2026\u061f{_FULL_STOPS}][\"\u201d\u2019')\]]*$")


class SentenceBuffer:
    """Collects pieces of text and gives back each sentence when it is complete.

    A mark such as [1] that follows a sentence belongs to it.
    """

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> list[str]:
        """Add a piece and return the sentences that it completed."""
        self._text += piece
        if not _MAY_END.search(self._text):
            return []
        self._text = marks_before_stops(self._text)
        complete = [span for span in sentences(self._text) if span.end < len(self._text)]
        # The last one may go on, or its mark may follow.
        if complete and is_mark_begun(self._text[complete[-1].end :]):
            complete.pop()
        found = [self._text[span.start : span.end] for span in complete]
        if complete:
            self._text = self._text[complete[-1].end :]
        return found

    def rest(self, *, cut_off: bool) -> list[str]:
        """Return what is left at the end; without the last sentence if it was cut off."""
        text, self._text = marks_before_stops(self._text), ""
        left = [text[span.start : span.end] for span in sentences(text)]
        return left[:-1] if cut_off and left and not _ENDED.search(left[-1]) else left


class LineBuffer:
    """Collects pieces of text and gives back each line when it is complete."""

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> list[str]:
        """Add a piece and return the lines that it completed."""
        *complete, self._text = (self._text + piece).split("\n")
        return complete

    def rest(self, *, cut_off: bool) -> list[str]:
        """Return what is left at the end; nothing if it was cut off."""
        text, self._text = self._text, ""
        return [] if cut_off or not text.strip() else [text]


class WordBuffer:
    """Gives each piece back as it comes: where an answer is one word, that is the word."""

    def feed(self, piece: str) -> list[str]:
        """Return the piece, if anything stands in it."""
        return [word] if (word := piece.strip()) else []

    def rest(self, *, cut_off: bool) -> list[str]:
        """Return nothing: nothing is kept."""
        del cut_off
        return []
