"""How long calls take."""

from collections import deque

SHARE = 0.95


class Latencies:
    """The time that all but one of twenty calls took, of the last ones that were answered."""

    def __init__(self, *, kept: int = 200, needed: int = 20) -> None:
        self._seconds = deque[float](maxlen=kept)
        self._needed = needed

    def add(self, seconds: float) -> None:
        """Take the time of an answered call."""
        self._seconds.append(seconds)

    def high(self) -> float | None:
        """Return the 95th percentile; None as long as too few calls were answered."""
        if len(self._seconds) < self._needed:
            return None
        return sorted(self._seconds)[int(len(self._seconds) * SHARE)]
