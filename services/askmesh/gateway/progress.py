"""What is known of one answer while it is made: its events, its stages, what it went without."""

import asyncio
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.duration_pb2 import Duration

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.common.v1.answer_pb2 import Abstention, AnswerOutcome, Degradation, Usage
from askmesh.api.gateway.v1.gateway_pb2 import CACHE_STATUS_MISS, AnswerCompleted, AnswerEvent
from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse, SummaryCompleted
from askmesh.gateway.ports import AnswerSink, Observer, Tracer
from askmesh.gateway.teaching import Lesson
from askmesh.passages import duration_to_wire
from askmesh.tracing import AttributeValue

_MISSING = answer_pb2.DegradationReason.DESCRIPTOR
_OUTCOMES = answer_pb2.AnswerOutcome.DESCRIPTOR
_ABSTENTIONS = answer_pb2.AbstentionReason.DESCRIPTOR


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
        self._first_text_seconds: float | None = None
        self._outcome = "unfinished"
        self.is_with_writers = False
        """Whether summarization was asked."""
        self.is_being_written = False
        """Whether something of the summary has come, be it only a sign of life."""
        self.lesson = Lesson(lambda: self.elapsed_seconds)
        self.permissions: str | None = None
        """What may be read, as the first search said; every other one has to say the same."""
        self._stages: list[answer_pb2.StageDuration] = []
        self._degradations: list[Degradation] = []

    @property
    def elapsed_seconds(self) -> float:
        """How long the answer has been made."""
        return self._clock() - self._begin

    def emit(self, event: AnswerEvent) -> None:
        """Deliver one event."""
        match event.WhichOneof("event"):
            case "text_delta":
                self._note_text()
            case "degradation":
                self._degradations.append(event.degradation)
                if event.degradation.for_want_of_room:
                    self.lesson.note_short()
                self._observer.count_degradation(_missing(event.degradation))
            case _:
                pass
        self._sink(event)

    def relay(self, part: StreamSummaryResponse) -> SummaryCompleted | None:
        """Deliver a part of the summary as it is; return its end instead, if it is that."""
        self.is_being_written = True
        match part.WhichOneof("event"):
            case None | "heartbeat":
                pass
            case "completed":
                return part.completed
            case kind:
                self.emit(AnswerEvent(**{kind: getattr(part, kind)}))
        return None

    def degrade(
        self,
        reason: answer_pb2.DegradationReason.ValueType,
        detail: str = "",
        *,
        for_want_of_room: bool = False,
    ) -> None:
        """Deliver that something was missing."""
        missing = Degradation(reason=reason, detail=detail, for_want_of_room=for_want_of_room)
        self.emit(AnswerEvent(degradation=missing))

    def complete(
        self,
        outcome: AnswerOutcome.ValueType,
        usage: Usage | None = None,
        abstention: Abstention | None = None,
    ) -> None:
        """Deliver the last event."""
        self._outcome = _label(outcome, _OUTCOMES, "ANSWER_OUTCOME_")
        self.lesson.end()
        if self._first_text_seconds is not None:
            self._observer.observe_last_token(self.elapsed_seconds)
        self._sink(self.completion(outcome, usage, abstention))

    def completion(
        self,
        outcome: AnswerOutcome.ValueType,
        usage: Usage | None = None,
        abstention: Abstention | None = None,
    ) -> AnswerEvent:
        """Count the answer as ended and return its last event, as it is now."""
        self._count(outcome, abstention)
        completed = AnswerCompleted(
            outcome=outcome,
            usage=usage,
            stage_durations=sorted(self._stages, key=lambda stage: _nanos(stage.start_duration)),
            cache_status=CACHE_STATUS_MISS,
            degradations=self._degradations,
            elapsed_duration=duration_to_wire(self.elapsed_seconds),
            abstention=abstention,
        )
        return AnswerEvent(completed=completed)

    def _count(self, outcome: AnswerOutcome.ValueType, abstention: Abstention | None) -> None:
        ended = _label(outcome, _OUTCOMES, "ANSWER_OUTCOME_")
        self._observer.count_answer(ended, degraded=bool(self._degradations))
        if abstention is not None:
            why = _label(abstention.reason, _ABSTENTIONS, "ABSTENTION_REASON_")
            self._observer.count_abstention(why)

    def told(self) -> Mapping[str, AttributeValue]:
        """Return what a trace tells of the answer as it is now: no text, and no id."""
        told: dict[str, AttributeValue] = {
            "askmesh.answer.outcome": self._outcome,
            "askmesh.answer.degraded": bool(self._degradations),
        }
        if self._degradations:
            reasons = dict.fromkeys(map(_missing, self._degradations))
            told["askmesh.answer.degradations"] = list(reasons)
        if self._first_text_seconds is not None:
            told["askmesh.answer.first_text_seconds"] = self._first_text_seconds
        return told

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Measure the block as one stage, also when it fails, but not when it is cancelled."""
        start = self.elapsed_seconds
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
        if self._first_text_seconds is None:
            elapsed = self._first_text_seconds = self.elapsed_seconds
            self._record("first_token", 0.0, elapsed)
            self._observer.observe_first_token(elapsed)

    def _end_stage(self, name: str, start: float) -> None:
        elapsed = self.elapsed_seconds - start
        self._record(name, start, elapsed)
        self._observer.observe_stage(name, elapsed)

    def _record(self, name: str, start: float, elapsed: float) -> None:
        stage = answer_pb2.StageDuration(
            stage=name,
            start_duration=duration_to_wire(start),
            elapsed_duration=duration_to_wire(elapsed),
        )
        self._stages.append(stage)


def _label(value: int, names: EnumDescriptor, prefix: str) -> str:
    """Return the name in lower case; a newer service may give one that is not known here."""
    known = names.values_by_number.get(value)
    return known.name.removeprefix(prefix).lower() if known else "unknown"


def _missing(degradation: Degradation) -> str:
    return _label(degradation.reason, _MISSING, "DEGRADATION_REASON_")


def _nanos(duration: Duration) -> int:
    return duration.ToNanoseconds()
