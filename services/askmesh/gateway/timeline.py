"""Where the time of one answer goes."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

from askmesh.gateway.ports import Observer, Tracer
from askmesh.gateway.values import StageDuration


class Timeline:
    """Measure the stages of one answer from the moment it was admitted."""

    def __init__(self, clock: Callable[[], float], observer: Observer, tracer: Tracer) -> None:
        self._clock = clock
        self._observer = observer
        self._tracer = tracer
        self._begin = clock()
        self._first_text = False
        self._stages: list[StageDuration] = []

    @property
    def stages(self) -> tuple[StageDuration, ...]:
        """Return the stages that ended, in the order of their starts."""
        return tuple(sorted(self._stages, key=lambda stage: stage.start_seconds))

    def elapsed_seconds(self) -> float:
        """Return the seconds since admission."""
        return self._clock() - self._begin

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Measure the block as one stage, also when it fails, but not when it is cancelled."""
        start = self.elapsed_seconds()
        try:
            with self._tracer.span(name):
                yield
        except asyncio.CancelledError:
            raise  # what was not needed took no time of the answer
        except BaseException:
            self._record(name, start)
            raise
        self._record(name, start)

    def text_arrived(self) -> None:
        """Record the time to the first text. Later calls change nothing."""
        if not self._first_text:
            self._first_text = True
            self._stages.append(StageDuration("first_token", 0.0, self.elapsed_seconds()))
            self._observer.observe_first_token(self.elapsed_seconds())

    def _record(self, name: str, start: float) -> None:
        duration = StageDuration(name, start, self.elapsed_seconds() - start)
        self._stages.append(duration)
        self._observer.observe_stage(name, duration.elapsed_seconds)
