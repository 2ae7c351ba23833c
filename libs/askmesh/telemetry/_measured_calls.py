"""Counting and timing the calls of one method."""

from collections.abc import Callable

from prometheus_client import Counter

from askmesh.telemetry._exemplars import ExemplaryTimer


class MeasuredCalls:
    """Counts and times the calls of one method. Its metrics exist from its first call on."""

    __slots__ = ("_counter_of", "_counters", "_timer", "_timer_of")

    def __init__(
        self, counter_of: Callable[[str], Counter], timer_of: Callable[[], ExemplaryTimer]
    ) -> None:
        self._counter_of = counter_of
        self._counters: dict[str, Counter] = {}
        self._timer_of = timer_of
        self._timer: ExemplaryTimer | None = None

    def observe(self, code: str, seconds: float | None, *, is_recorded: bool = True) -> None:
        """Count a call. `code` is the name of its gRPC status.

        `seconds` is None for a call that is open for as long as somebody listens. `is_recorded`
        says whether the current trace may stand for the call.
        """
        counter = self._counters.get(code)
        if counter is None:
            counter = self._counters[code] = self._counter_of(code)
        counter.inc()
        if seconds is not None:
            self._timer = self._timer or self._timer_of()
            self._timer.observe(seconds, is_recorded=is_recorded)
