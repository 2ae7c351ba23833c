"""How many attempts beyond the first may be made."""

from collections.abc import Callable
from time import monotonic


class Allowance:
    """A share of all calls, shared by everything that makes attempts beyond the first.

    It starts with a small reserve, and keeps what calls have earned up to `most`: a connection
    that breaks fails all of its calls at once. Where few calls are made, `per_second` fills the
    reserve again.
    """

    def __init__(
        self,
        *,
        share: float = 0.1,
        reserve: float = 10.0,
        most: float = 100.0,
        per_second: float = 0.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._share = share
        self._reserve = self._left = reserve
        self._most = most
        self._per_second = per_second
        self._clock = clock
        self._filled_at = clock()

    def earn(self) -> None:
        """Count a call."""
        self._left = min(self._most, self._left + self._share)

    def spend(self, calls: int = 1) -> bool:
        """Take as much as one more attempt, or so many calls, and say whether it may be made."""
        self._fill()
        if self._left < calls:
            return False
        self._left -= calls
        return True

    def _fill(self) -> None:
        passed, self._filled_at = self._clock() - self._filled_at, self._clock()
        if self._left < self._reserve:
            self._left = min(self._reserve, self._left + passed * self._per_second)
