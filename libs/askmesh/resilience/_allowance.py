"""When a further attempt may be made, and when the first one is late."""

from collections import deque

SHARE = 0.95


class Allowance:
    """A share of all calls, shared by everything that makes attempts beyond the first.

    It starts with a small reserve, and keeps what calls have earned up to `most`: a connection
    that breaks fails all of its calls at once.
    """

    def __init__(self, *, share: float = 0.1, reserve: float = 10.0, most: float = 100.0) -> None:
        self._share = share
        self._left = reserve
        self._most = most

    def earn(self) -> None:
        """Count a call."""
        self._left = min(self._most, self._left + self._share)

    def spend(self) -> bool:
        """Take one more attempt, and say whether it may be made."""
        if self._left < 1:
            return False
        self._left -= 1
        return True


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
