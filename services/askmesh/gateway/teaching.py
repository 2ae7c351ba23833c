"""What the place of an answer learns from how it is made."""

from collections.abc import Callable

from askmesh.resilience import current_place


class Lesson:
    """Tells the place of the work at hand how long an answer took, and whether it went short.

    How long it is written is not told: that depends on the language model.
    """

    def __init__(self, elapsed_seconds: Callable[[], float]) -> None:
        """`elapsed_seconds` returns how long the answer has been made."""
        self._elapsed_seconds = elapsed_seconds
        self._seconds: float | None = None
        self._went_short = False
        self._told_short = False

    def note_short(self) -> None:
        """Take that there was no room for a part of the work."""
        self._went_short = True

    def teach(self) -> None:
        """Tell how long it took so far, and whether there was room for all of it."""
        self._seconds = self._elapsed_seconds()
        self._tell(self._seconds)

    def teach_short(self) -> None:
        """Tell once that there was no room, with the time that was told before, if one was."""
        self.note_short()
        if self._seconds is None:
            self.teach()
        elif not self._told_short:
            self._tell(self._seconds)

    def end(self) -> None:
        """Tell that there was no room to write, if so, and if a time was told before."""
        if self._went_short and self._seconds is not None:
            self.teach_short()

    def _tell(self, seconds: float) -> None:
        self._told_short = self._went_short
        if place := current_place():
            place.learn(seconds, went_short=self._went_short)
