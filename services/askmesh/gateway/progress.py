"""What is known of one answer while it is made."""

from dataclasses import dataclass, field

from askmesh.gateway.events import AnswerCompleted, EventBody, TextDelta
from askmesh.gateway.ports import AnswerSink, Observer
from askmesh.gateway.timeline import Timeline
from askmesh.gateway.values import Degradation, Outcome, Usage


@dataclass(slots=True)
class Progress:
    """Delivers the events of one answer, and remembers what its end will tell."""

    timeline: Timeline
    sink: AnswerSink
    observer: Observer
    degradations: list[Degradation] = field(default_factory=list[Degradation])

    def emit(self, body: EventBody) -> None:
        """Deliver one event."""
        if isinstance(body, TextDelta):
            self.timeline.text_arrived()
        if isinstance(body, Degradation):
            self.degradations.append(body)
            self.observer.count_degradation(body.reason.value)
        self.sink(body)

    def complete(self, outcome: Outcome, usage: Usage | None = None) -> None:
        """Deliver the last event."""
        elapsed = self.timeline.elapsed_seconds()
        stages = self.timeline.stages
        self.sink(
            AnswerCompleted(outcome, usage or Usage(), stages, tuple(self.degradations), elapsed)
        )
