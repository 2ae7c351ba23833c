"""What is known of one answer while it is made: its events, its stages, what it went without."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

from google.protobuf.duration_pb2 import Duration

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.common.v1.answer_pb2 import Abstention, AnswerOutcome, Degradation, Usage
from askmesh.api.gateway.v1.gateway_pb2 import CACHE_STATUS_MISS, AnswerCompleted, AnswerEvent
from askmesh.gateway.ports import AnswerSink, Observer, Tracer
from askmesh.passages import duration_to_wire

_PREFIX = "DEGRADATION_REASON_"


class Progress:
    """Delivers the events of one answer, and remembers what its end will tell."""

    def __init__(
        self, sink: AnswerSink, observer: Observer, tracer: Tracer, clock: Callable[[], float]
    ) -> None:
        self._sink = sink
        self._observer = observer
        self._tracer = tracer
        self._clock = clock
        self._begin = clock()
        self._has_text = False
        self._stages: list[answer_pb2.StageDuration] = []
        self._degradations: list[Degradation] = []

    def emit(self, event: AnswerEvent) -> None:
        """Deliver one event."""
        match event.WhichOneof("event"):
            case "text_delta":
                self._note_text()
            case "degradation":
                self._degradations.append(event.degradation)
                self._observer.count_degradation(_label(event.degradation.reason))
            case _:
                pass
        self._sink(event)

    def degrade(self, reason: answer_pb2.DegradationReason.ValueType, detail: str = "") -> None:
        """Deliver that something was missing."""
        self.emit(AnswerEvent(degradation=Degradation(reason=reason, detail=detail)))

    def complete(
        self,
        outcome: AnswerOutcome.ValueType,
        usage: Usage | None = None,
        abstention: Abstention | None = None,
    ) -> None:
        """Deliver the last event."""
        self._sink(self.completion(outcome, usage, abstention))

    def completion(
        self,
        outcome: AnswerOutcome.ValueType,
        usage: Usage | None = None,
        abstention: Abstention | None = None,
    ) -> AnswerEvent:
        """Return the last event, as it is now."""
        completed = AnswerCompleted(
            outcome=outcome,
            usage=usage,
            stage_durations=sorted(self._stages, key=lambda stage: _nanos(stage.start_duration)),
            cache_status=CACHE_STATUS_MISS,
            degradations=self._degradations,
            elapsed_duration=duration_to_wire(self._elapsed_seconds()),
            abstention=abstention,
        )
        return AnswerEvent(completed=completed)

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Measure the block as one stage, also when it fails, but not when it is cancelled."""
        start = self._elapsed_seconds()
        try:
            with self._tracer.span(name):
                yield
        except asyncio.CancelledError:
            raise  # what was not needed took no time of the answer
        except BaseException:
            self._end_stage(name, start)
            raise
        self._end_stage(name, start)

    def _note_text(self) -> None:
        if not self._has_text:
            self._has_text = True
            elapsed = self._elapsed_seconds()
            self._record("first_token", 0.0, elapsed)
            self._observer.observe_first_token(elapsed)

    def _end_stage(self, name: str, start: float) -> None:
        elapsed = self._elapsed_seconds() - start
        self._record(name, start, elapsed)
        self._observer.observe_stage(name, elapsed)

    def _record(self, name: str, start: float, elapsed: float) -> None:
        stage = answer_pb2.StageDuration(
            stage=name,
            start_duration=duration_to_wire(start),
            elapsed_duration=duration_to_wire(elapsed),
        )
        self._stages.append(stage)

    def _elapsed_seconds(self) -> float:
        return self._clock() - self._begin


def _label(reason: answer_pb2.DegradationReason.ValueType) -> str:
    """Return the reason in lower case; a newer service may give one that is not known here."""
    if reason not in answer_pb2.DegradationReason.values():
        return "unknown"
    return answer_pb2.DegradationReason.Name(reason).removeprefix(_PREFIX).lower()


def _nanos(duration: Duration) -> int:
    return duration.ToNanoseconds()
