"""What became of one question that was asked at its time."""

from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """How a question ended."""

    WHOLE = "whole"
    """An answer, or an abstention, for which nothing was missing."""
    DEGRADED = "degraded"
    """An answer that went without something, and says so."""
    REFUSED = "refused"
    """No answer: there was no room, and the mesh said when to come again."""
    FAILED = "failed"
    """No answer, and no room is not the reason."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question; times are in seconds.

    `intended` counts from the start of the timetable. All else counts from the time that was
    intended, so that a question which is asked late, since the asker or the machine was busy,
    counts as late. `reasons` are those of the error, or what the answer went without.
    """

    intended: float
    seconds: float
    end: End
    reasons: tuple[str, ...] = ()
    first_text: float | None = None
    asked_late: float = 0.0

    @property
    def ended(self) -> float:
        """When it ended, in seconds after the start."""
        return self.intended + self.seconds

    @property
    def admitted(self) -> bool:
        """Whether the mesh took it on."""
        return self.end is not End.REFUSED
