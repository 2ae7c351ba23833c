"""Answers made with neighbours that do as they are told."""

from dataclasses import dataclass, field

from askmesh.api.gateway.v1.gateway_pb2 import AnswerCompleted, StreamAnswerRequest
from askmesh.api.query_understanding.v1.query_understanding_pb2 import QueryPlan
from askmesh.errors import UnavailableError
from askmesh.gateway.answering import Answering
from support.gateway_fakes import (
    LIMITS,
    EventList,
    FakeNeighbours,
    ListObserver,
    SilentTracer,
)

QUESTION = StreamAnswerRequest(question="What is a mesh?")
COMPARE = QueryPlan(
    standalone_question="Compare a and b", sub_questions=("What is a?", "What is b?")
)
DOWN = UnavailableError("DOWN", "it is down")


@dataclass
class Scene:
    neighbours: FakeNeighbours = field(default_factory=FakeNeighbours)
    observer: ListObserver = field(default_factory=ListObserver)
    events: EventList = field(default_factory=EventList)

    async def answer(self, question: StreamAnswerRequest = QUESTION) -> AnswerCompleted:
        answering = Answering(
            self.neighbours,
            limits=LIMITS,
            observer=self.observer,
            tracer=SilentTracer(),
            clock=iter(range(1000)).__next__,
        )
        await answering.answer(question, answering.begin(self.events))
        assert self.events.kinds[-1] == "completed"
        return self.events.events[-1].completed

    @property
    def sources(self) -> list[str]:
        ranked = self.events.one("sources_ranked").sources_ranked.sources
        return [source.passage.passage_id for source in ranked]


def asked(question: str, **fields: object) -> StreamAnswerRequest:
    return StreamAnswerRequest(question=question, **fields)  # type: ignore[arg-type]
