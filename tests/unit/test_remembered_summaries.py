"""Summaries that are given again."""

from contextlib import aclosing

import pytest

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.summarization.v1.summarization_pb2 import (
    Heartbeat,
    Source,
    StreamSummaryRequest,
    StreamSummaryResponse,
)
from askmesh.caching import MemoryCache
from askmesh.gateway.summaries import RememberingNeighbours
from askmesh.rpc import calling_as
from support.gateway_fakes import ANSWERED, FakeNeighbours, ListObserver, text

REQUEST = StreamSummaryRequest(question="q", sources=[Source(score=0.5)])
SILENCE = StreamSummaryResponse(heartbeat=Heartbeat())
MISSING = StreamSummaryResponse(degradation=answer_pb2.Degradation(detail="no model"))


class Scene:
    """Neighbours before which summaries are kept."""

    def __init__(self, *parts: StreamSummaryResponse, ttl_seconds: float = 60.0) -> None:
        self.behind = FakeNeighbours(parts=parts)
        self.cache = MemoryCache(1_000_000)
        self.observer = ListObserver()
        self.ttl_seconds = ttl_seconds

    async def summarize(
        self, request: StreamSummaryRequest = REQUEST, edition: str = "one", tenant: str = "t"
    ) -> list[StreamSummaryResponse]:
        neighbours = RememberingNeighbours(
            self.behind, self.cache, self.observer, edition=edition, ttl_seconds=self.ttl_seconds
        )
        with calling_as(tenant):
            async with aclosing(neighbours.summarize(request, silence_seconds=5)) as parts:
                return [part async for part in parts]

    @property
    def made(self) -> int:
        return len(self.behind.summaries)


async def test_equal_requests_are_written_once_and_the_second_uses_no_tokens() -> None:
    scene = Scene(text("An "), SILENCE, text("answer."), ANSWERED)
    assert await scene.summarize() == [text("An "), SILENCE, text("answer."), ANSWERED]
    *told, end = await scene.summarize()
    assert (told, scene.made) == ([text("An "), text("answer.")], 1)
    assert end.completed.outcome == ANSWERED.completed.outcome
    assert not end.completed.HasField("usage")
    assert scene.observer.lookups == ["summary miss", "summary hit"]


@pytest.mark.parametrize(
    "other",
    [
        StreamSummaryRequest(question="p", sources=[Source(score=0.5)]),
        StreamSummaryRequest(question="q", sources=[Source(score=0.4)]),
        StreamSummaryRequest(question="q", sources=[Source(score=0.5)], seed=1),
    ],
)
async def test_other_requests_are_written_anew(other: StreamSummaryRequest) -> None:
    scene = Scene(text("An answer."), ANSWERED)
    await scene.summarize()
    await scene.summarize(other)
    assert scene.made == 2


async def test_other_tenants_and_other_editions_have_summaries_of_their_own() -> None:
    scene = Scene(text("An answer."), ANSWERED)
    for edition, tenant in (("one", "t"), ("two", "t"), ("one", "u"), ("one", "t")):
        await scene.summarize(edition=edition, tenant=tenant)
    assert scene.made == 3


@pytest.mark.parametrize("parts", [[MISSING, ANSWERED], [text("Broken")], []])
async def test_what_is_not_whole_is_written_again(parts: list[StreamSummaryResponse]) -> None:
    scene = Scene(*parts)
    assert await scene.summarize() == await scene.summarize() == parts
    assert scene.made == 2


async def test_nothing_is_kept_where_answers_are_not() -> None:
    scene = Scene(text("An answer."), ANSWERED, ttl_seconds=0.0)
    assert await scene.summarize() == await scene.summarize()
    assert scene.made == 2
