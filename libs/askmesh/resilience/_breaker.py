"""A memory of failure, so that nobody waits in vain for what just failed."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import monotonic

from askmesh.errors import AskmeshError, DeadlineError, UnavailableError


class Attempt:
    """One use of the dependency. `works` says early that it does, for uses that take long."""

    def __init__(self, works: Callable[[], None]) -> None:
        self.works = works


class Breaker:
    """Refuses to use a dependency that just failed, until one attempt shows that it works again.

    An `UnavailableError` is a failure. It opens the breaker, unless another attempt succeeded
    while this one waited: then attempts are refused at once. After `retry_seconds` one of them is
    let through as a probe, the others are still refused. Success, and any other error that the
    dependency itself gave, closes the breaker. An attempt that is cancelled, that had too little
    time (`DeadlineError`) or that met a defect shows nothing.
    """

    def __init__(
        self,
        name: str,
        *,
        retry_seconds: float,
        clock: Callable[[], float] = monotonic,
        on_change: Callable[[str, bool], None] = lambda _name, _works: None,
    ) -> None:
        """`on_change` is told the name, and whether the dependency works, when that changes."""
        self._name = name
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._on_change = on_change
        self._closed = True
        self._probe_time = 0.0
        self._probing = False
        self._successes = 0

    @property
    def closed(self) -> bool:
        """Whether the dependency works, as far as is known."""
        return self._closed

    @contextmanager
    def attempt(self) -> Generator[Attempt]:
        """Learn from what becomes of the block. Raise `UnavailableError` if none is allowed."""
        probing, successes = not self._closed, self._successes
        if probing:
            self._admit_probe()
        try:
            yield Attempt(self._close)
        except UnavailableError:
            if successes == self._successes:
                self._open()
            raise
        except DeadlineError:
            raise
        except AskmeshError:
            self._close()
            raise
        else:
            self._close()
        finally:
            if probing:
                self._probing = False

    def _admit_probe(self) -> None:
        wait = self._probe_time - self._clock()
        if self._probing or wait > 0:
            raise UnavailableError(
                f"{self._name.upper()}_UNAVAILABLE",
                f"{self._name} failed a moment ago and is not asked again yet",
                retry_after_seconds=max(wait, self._retry_seconds),
            )
        self._probing = True

    def _open(self) -> None:
        self._probe_time = self._clock() + self._retry_seconds
        self._set(closed=False)

    def _close(self) -> None:
        self._successes += 1
        self._set(closed=True)

    def _set(self, *, closed: bool) -> None:
        if self._closed is not closed:
            self._closed = closed
            self._on_change(self._name, closed)
