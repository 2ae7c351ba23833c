"""How many attempts may be made beyond the first."""


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
