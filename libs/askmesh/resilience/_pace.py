"""How soon one of the places is free where all of them are taken."""

RECENT = 0.2
"""The share of the last time in what is known of all."""


class Pace:
    """Measures how long it takes from one place that gets free to the next.

    Where nobody has left for longer than that, it takes at least as long. Before anybody has left
    where all places were taken, it is as long as work takes, over the places.
    """

    def __init__(self) -> None:
        self._seconds: float | None = None
        self._since: float | None = None

    def filled(self, now: float) -> None:
        """Take that all places are taken."""
        if self._since is None:
            self._since = now

    def left(self, now: float, *, full: bool) -> None:
        """Take that one has left; `full` says whether all places are taken again."""
        if self._since is not None:
            took = now - self._since
            known = took if self._seconds is None else self._seconds
            self._seconds = known + (took - known) * RECENT
        self._since = now if full else None

    def seconds(self, now: float, rank: int, expected: float = 0.0) -> float:
        """Return how long it takes where so many are first.

        `expected` is from one place to the next as long as nobody has measured it.
        """
        since = now if self._since is None else self._since
        known = expected if self._seconds is None else self._seconds
        return (rank + 1) * max(known, now - since)
