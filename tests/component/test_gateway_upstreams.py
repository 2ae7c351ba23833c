"""One stream of a service behind the gateway, from its first part to its end."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field

from grpc import aio

from askmesh.api.summarization.v1.summarization_pb2 import (
    StreamSummaryRequest,
    StreamSummaryResponse,
)
from askmesh.api.summarization.v1.summarization_pb2_grpc import SummarizationServiceStub
from askmesh.errors import UnavailableError
from askmesh.gateway.upstreams import Followed
from askmesh.resilience import Breaker
from support.upstreams import upstreams

Call = aio.UnaryStreamCall[StreamSummaryRequest, StreamSummaryResponse]


@dataclass
class Scene:
    """A service that writes the first part of a summary and holds the rest; its calls are kept."""

    start: Callable[[StreamSummaryRequest], Call]
    upstream: Followed
    calls: list[Call] = field(default_factory=list[Call])

    def summarize(self, *, silence_seconds: float = 60.0) -> AsyncGenerator[StreamSummaryResponse]:
        return self.upstream.stream(
            self._start,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            StreamSummaryRequest(),
            silence_seconds=silence_seconds,
        )

    def _start(self, request: StreamSummaryRequest) -> Call:
        self.calls.append(self.start(request))
        return self.calls[-1]


@asynccontextmanager
async def held_summaries() -> AsyncGenerator[Scene]:
    async with upstreams(hold=True) as behind, aio.insecure_channel(behind.address) as channel:
        breaker = Breaker("summarization", retry_seconds=0.0)
        stub = SummarizationServiceStub(channel)
        yield Scene(stub.StreamSummary, Followed("summarization", breaker, channel))


async def test_the_first_part_of_a_stream_shows_that_its_service_works_again() -> None:
    async with held_summaries() as scene:
        breaker = scene.upstream.breaker
        with suppress(UnavailableError), breaker.attempt():
            raise UnavailableError("DOWN", "it is down")
        assert not breaker.closed
        async with aclosing(scene.summarize()) as probe, aclosing(scene.summarize()) as beside:
            await anext(probe)
            assert breaker.closed
            assert (await anext(beside)).text_delta.text


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
        (call,) = scene.calls
        assert call.cancelled()
