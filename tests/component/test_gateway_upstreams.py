"""One stream of a service behind the gateway, from its first part to its end."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
from grpc import aio

from askmesh.api.summarization.v1.summarization_pb2 import (
    StreamSummaryRequest,
    StreamSummaryResponse,
)
from askmesh.api.summarization.v1.summarization_pb2_grpc import SummarizationServiceStub
from askmesh.errors import UnavailableError
from askmesh.gateway.upstreams import Followed
from askmesh.resilience import Allowance, Attempts, Breaker
from askmesh.rpc import replicas_of
from askmesh.telemetry import silent_telemetry
from support.upstreams import upstreams

ENOUGH = 40
"""So many calls show how long calls take."""

Call = aio.UnaryStreamCall[StreamSummaryRequest, StreamSummaryResponse]


@dataclass
class Scene:
    """A service that writes the first part of a summary and holds the rest; its calls are kept."""

    upstream: Followed
    calls: list[Call] = field(default_factory=list[Call])

    def summarize(self, *, silence_seconds: float = 60.0) -> AsyncGenerator[StreamSummaryResponse]:
        return self.upstream.stream(
            self._method,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            StreamSummaryRequest(),
            silence_seconds=silence_seconds,
        )

    async def whole(self) -> list[StreamSummaryResponse]:
        async with aclosing(self.summarize()) as parts:
            return [part async for part in parts]

    def _method(self, channel: aio.Channel) -> Callable[[StreamSummaryRequest], Call]:
        def start(request: StreamSummaryRequest) -> Call:
            self.calls.append(SummarizationServiceStub(channel).StreamSummary(request))
            return self.calls[-1]

        return start


@asynccontextmanager
async def following(*addresses: str) -> AsyncGenerator[Scene]:
    async with replicas_of(f"ipv4:{','.join(addresses)}", silent_telemetry()) as replicas:
        for replica in replicas.all:
            await replica.peer.channel_ready()
        breaker = Breaker("summarization", retry_seconds=0.0)
        yield Scene(Followed("summarization", breaker, Attempts(replicas, Allowance())))


@asynccontextmanager
async def held_summaries() -> AsyncGenerator[Scene]:
    async with upstreams(hold=True) as behind, following(behind.address) as scene:
        yield scene


async def test_the_first_part_of_a_stream_shows_that_its_service_works_again() -> None:
    async with held_summaries() as scene:
        breaker = scene.upstream.breaker
        with suppress(UnavailableError), breaker.attempt():
            raise UnavailableError("DOWN", "it is down")
        states = [breaker.state]
        async with aclosing(scene.summarize()) as probe, aclosing(scene.summarize()) as beside:
            await anext(probe)
            states.append(breaker.state)
            assert (await anext(beside)).text_delta.text
    assert states == ["open", "closed"]


async def test_leaving_a_stream_ends_its_call() -> None:
    async with held_summaries() as scene:
        async with aclosing(scene.summarize()) as parts:
            await anext(parts)
        (call,) = scene.calls
        assert call.cancelled()


async def test_the_call_of_a_stream_that_falls_silent_ends() -> None:
    async with held_summaries() as scene:
        with suppress(UnavailableError):
            async with aclosing(scene.summarize(silence_seconds=0.1)) as parts:
                async for _ in parts:
                    pass
        assert scene.calls  # two where the first was late to begin
        assert all(call.cancelled() for call in scene.calls)


async def test_a_replica_that_is_silent_from_the_start_costs_nobody_their_summary() -> None:
    async with (
        upstreams() as silent,
        upstreams() as well,
        following(silent.address, well.address) as scene,
    ):
        for _ in range(ENOUGH):
            assert await scene.whole()
        silent.hung.add("StreamSummary")
        silent.calls.clear()
        for _ in range(ENOUGH):
            assert (await scene.whole())[-1].HasField("completed")
    assert 0 < silent.calls["StreamSummary"] < ENOUGH // 2
    assert all(call.done() for call in scene.calls)


async def test_a_summary_that_could_not_begin_begins_at_another_replica() -> None:
    async with (
        upstreams() as going,
        upstreams() as well,
        following(going.address, well.address) as scene,
    ):
        going.begun = 0
        for _ in range(4):
            assert (await scene.whole())[-1].HasField("completed")
    assert well.calls["StreamSummary"] == 4


async def test_a_summary_that_has_begun_is_not_begun_again() -> None:
    async with (
        upstreams() as one,
        upstreams() as other,
        following(one.address, other.address) as scene,
    ):
        one.begun = other.begun = 1
        with pytest.raises(UnavailableError):
            await scene.whole()
    assert one.calls["StreamSummary"] + other.calls["StreamSummary"] == 1
