"""A desk of answers with neighbours that do as they are told."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.gateway.v1.gateway_pb2 import (
    AnswerEvent,
    StreamAnswerRequest,
)
from askmesh.caching import Cache, MemoryCache
from askmesh.gateway.admission import Meeting
from askmesh.gateway.answering import Answering
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.limits import DeskLimits
from askmesh.gateway.others import NoOthers
from askmesh.gateway.places import PlaceLimits
from askmesh.gateway.register import RetentionLimits
from askmesh.gateway.remembered import RememberedAnswers
from support.gateway_fakes import LIMITS, FakeNeighbours, ListObserver, SilentTracer

QUESTION = StreamAnswerRequest(question="What is a mesh?")
NAMED = StreamAnswerRequest(question="q", request_id="r")
ANSWERED = answer_pb2.ANSWER_OUTCOME_ANSWERED
CANCELLED = answer_pb2.ANSWER_OUTCOME_CANCELLED
PATIENT = DeskLimits(
    places=PlaceLimits(least=2, most=2, wait_seconds=0),
    retention=RetentionLimits(answers=10, total_bytes=1_000_000, seconds=60),
    abandoned_seconds=60,
    answer_seconds=60,
    retry_seconds=0,
    heartbeat_seconds=60,
)


def keeping(**limits: float) -> DeskLimits:
    return replace(PATIENT, retention=replace(PATIENT.retention, **limits))  # type: ignore[arg-type]


@dataclass
class Scene:
    desk: AnswerDesk
    memory: RememberedAnswers
    meeting: Meeting
    neighbours: FakeNeighbours
    observer: ListObserver


@dataclass
class Parts:
    limits: DeskLimits = PATIENT
    neighbours: FakeNeighbours = field(default_factory=FakeNeighbours)
    hold: bool = False
    any_words: bool = False
    cache: Cache = field(default_factory=lambda: MemoryCache(1_000_000))
    writing_seconds: Callable[[int], float] = lambda _: 0.0


@asynccontextmanager
async def desk(parts: Parts) -> AsyncGenerator[Scene]:
    observer = ListObserver()
    parts.neighbours.hold = asyncio.Event() if parts.hold else None
    answering = Answering(
        parts.neighbours,
        limits=LIMITS,
        observer=observer,
        tracer=SilentTracer(),
        clock=count().__next__,
    )
    ids = map("answer-{}".format, count(1))
    async with asyncio.TaskGroup() as tasks:
        memory = RememberedAnswers(
            parts.cache, observer, edition="one", ttl_seconds=60, any_words=parts.any_words
        )
        made = AnswerDesk(
            answering,
            memory,
            tasks,
            limits=parts.limits,
            observer=observer,
            tracer=SilentTracer(),
            new_id=lambda: next(ids),
            may_repeat=lambda: True,
            writing_seconds=parts.writing_seconds,
        )
        meeting = Meeting(made, NoOthers(made), memory)
        yield Scene(made, memory, meeting, parts.neighbours, observer)
        made.cancel_all()


async def read(
    scene: Scene, answer_id: str, after: int = 0, tenant: str = "t"
) -> list[AnswerEvent]:
    answer = scene.desk.find(tenant, answer_id, after)
    async with aclosing(scene.desk.follow(answer, after)) as batches:
        return [AnswerEvent.FromString(event) async for batch in batches for event in batch]


def following(scene: Scene, answer_id: str) -> AsyncGenerator[Sequence[bytes]]:
    return scene.desk.follow(scene.desk.find("t", answer_id, 0))


async def until_text(scene: Scene, answer_id: str) -> None:
    async with aclosing(following(scene, answer_id)) as batches:
        async for batch in batches:
            if any(AnswerEvent.FromString(event).HasField("text_delta") for event in batch):
                return


async def turn_of_the_loop() -> None:
    """Return after everything that the event loop was to do at once."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.001, done.set)
    await done.wait()


def outcome_of(events: list[AnswerEvent]) -> answer_pb2.AnswerOutcome.ValueType:
    assert events[-1].HasField("completed")
    return events[-1].completed.outcome
