"""The time that a caller has, known when the call itself is over."""

from contextvars import Context, copy_context
from dataclasses import dataclass, field
from math import inf

from askmesh.resilience._deadline import time_remaining


@dataclass(slots=True)
class CallTime:
    """The time of the call at hand, or of a later one that had more; and in whose name it was."""

    context: Context = field(default_factory=copy_context)
    is_longer: bool = False
    """Whether it is that of a later call."""

    @property
    def seconds_left(self) -> float:
        """How much time is left; infinite where there is no deadline."""
        return self.context.run(_seconds_left)

    def lengthen(self) -> None:
        """Become the time of the call at hand, if that is more."""
        before = self.seconds_left
        if _seconds_left() > before:
            self.context, self.is_longer = copy_context(), True


def _seconds_left() -> float:
    seconds = time_remaining()
    return inf if seconds is None else seconds
