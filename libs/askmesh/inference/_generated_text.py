"""From what a server sends to new text only: repeated text removed, stop strings cut."""

from collections.abc import Sequence

_PIECES_TO_BE_SURE = 3


class TextDeltas:
    """New text of each piece, whether pieces repeat the text so far or not.

    Servers differ in this and do not say it. As long as every piece begins with the whole piece
    before, pieces are taken to be cumulative. `cumulative` is what is known in advance; after the
    first few pieces it is what was found.
    """

    def __init__(self, *, cumulative: bool | None = None, usually_cumulative: bool = False) -> None:
        self.cumulative = cumulative
        self._usually_cumulative = usually_cumulative
        self._last = ""
        self._growing = 0

    def feed(self, piece: str) -> str:
        """The part of `piece` that was not seen before."""
        if not piece:
            return ""
        new = piece
        if self._is_cumulative(piece):
            new = piece[len(self._last) :]
            self._last = piece
        elif not self._last:
            self._last = piece
        return new

    def _is_cumulative(self, piece: str) -> bool:
        if self.cumulative is not None:
            return self.cumulative
        if not self._last:
            return False
        if piece == self._last:
            return self._usually_cumulative or self._growing > 0
        if not piece.startswith(self._last):
            self.cumulative = False
            return False
        self._growing += 1
        if self._growing >= _PIECES_TO_BE_SURE:
            self.cumulative = True
        return True


class StopFilter:
    """Holds text back while it may be the beginning of a stop string, and cuts there."""

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = tuple(string for string in stop if string)
        self._held = ""
        self.stopped = False
        """A stop string has come; all text after it is dropped."""

    def feed(self, text: str) -> str:
        """What can be released now."""
        if self.stopped:
            return ""
        self._held += text
        ends = [end for stop in self._stop if (end := self._held.find(stop)) >= 0]
        self.stopped = bool(ends)
        return self._release(min(ends) if ends else len(self._held) - self._doubtful())

    def finish(self) -> str:
        """What was held back, when no more text comes."""
        return "" if self.stopped else self._release(len(self._held))

    def _release(self, end: int) -> str:
        text, self._held = self._held[:end], self._held[end:]
        return text

    def _doubtful(self) -> int:
        """Length of the longest end of the held text that begins a stop string."""
        longest = max((len(stop) for stop in self._stop), default=1) - 1
        return next(
            (
                length
                for length in range(min(longest, len(self._held)), 0, -1)
                if any(stop.startswith(self._held[-length:]) for stop in self._stop)
            ),
            0,
        )
