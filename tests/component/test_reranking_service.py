"""Reranking over gRPC."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import grpc
import pytest
from grpc import aio

from askmesh.api.reranking.v1 import reranking_pb2 as pb2
from askmesh.api.reranking.v1.reranking_pb2_grpc import RerankingServiceStub
from askmesh.inference import CrossEncoder
from askmesh.reranking.settings import Settings
from askmesh.reranking.wiring import METHOD, reranking_with
from askmesh.resilience import Threads, threads
from askmesh.rpc import channel_to, field_violations_of, reason_of, retry_delay_of
from askmesh.telemetry import Telemetry, silent_telemetry
from support.fake_encoders import OverlapCrossEncoder


class _StuckEncoder:
    """Scores nothing until it is released."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.released = asyncio.Event()
        self.calls = 0

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        assert query
        assert budget_seconds is not None
        self.calls += 1
        self.reached.set()
        await self.released.wait()
        return [0.0 for _ in texts]


@asynccontextmanager
async def _served(
    encoder: CrossEncoder, telemetry: Telemetry, **settings: float
) -> AsyncGenerator[RerankingServiceStub]:
    chosen = Settings(address="127.0.0.1:0", drain_seconds=0).model_copy(update=settings)
    async with (
        reranking_with(encoder, chosen, telemetry) as port,
        channel_to(f"127.0.0.1:{port}", silent_telemetry()) as channel,
    ):
        yield RerankingServiceStub(channel)


def _request(*texts: str, query: str = "red fox", sentences: int = 0) -> pb2.RankPassagesRequest:
    return pb2.RankPassagesRequest(
        query=query,
        passages=[
            pb2.CandidatePassage(passage_id=f"p{place}", text=text, body_offset=0)
            for place, text in enumerate(texts)
        ],
        sentence_passage_count=sentences,
    )


async def test_passages_are_ordered_with_scores_and_sentences() -> None:
    request = _request("a hen", "One. The red fox.", "a fox", sentences=1)
    async with _served(OverlapCrossEncoder(), silent_telemetry()) as stub:
        reply = await stub.RankPassages(request, timeout=60)
    assert [passage.passage_id for passage in reply.passages] == ["p1", "p2", "p0"]
    assert reply.scored_passage_count == 3
    best, _, worst = reply.passages
    assert [(s.start_offset, s.end_offset) for s in best.sentences] == [(0, 4), (5, 17)]
    assert best.sentences[1].score > best.sentences[0].score
    assert best.score > 0.5
    assert not best.below_floor
    assert worst.below_floor
    assert not worst.sentences


async def test_when_time_is_short_the_first_are_scored_and_the_rest_say_so() -> None:
    telemetry = silent_telemetry()
    request = _request("red", "red fox", "red fox")
    async with _served(
        OverlapCrossEncoder(pair_seconds=0.3), telemetry, budget_seconds=0.5, unhurried_seconds=0.5
    ) as stub:
        reply = await stub.RankPassages(request, timeout=60)
    assert [passage.passage_id for passage in reply.passages] == ["p1", "p0", "p2"]
    assert [passage.HasField("score") for passage in reply.passages] == [True, True, False]
    assert reply.scored_passage_count == 2
    truncated = telemetry.metrics.registry.get_sample_value(
        "askmesh_degradations_total", {"reason": "reranking_truncated"}
    )
    assert truncated == 1.0


async def test_the_callers_deadline_shortens_the_budget() -> None:
    request = _request("red", "red fox", "red fox")
    encoder = OverlapCrossEncoder(pair_seconds=60.0)
    async with _served(
        encoder, silent_telemetry(), budget_seconds=1000.0, reserve_seconds=500.0
    ) as stub:
        reply = await stub.RankPassages(request, timeout=600)
    assert reply.scored_passage_count == 2


async def test_too_many_waiting_rankings_are_refused_with_advice() -> None:
    encoder = _StuckEncoder()
    async with _served(encoder, silent_telemetry(), active_rankings=1, waiting_rankings=0) as stub:
        first = stub.RankPassages(_request("red"), timeout=60)
        await encoder.reached.wait()
        with pytest.raises(aio.AioRpcError) as caught:
            await stub.RankPassages(_request("red"), timeout=60)
        encoder.released.set()
        assert (await first).scored_passage_count == 1
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason_of(caught.value) == "RERANKING_BUSY"
    assert (retry_delay_of(caught.value) or 0.0) > 0


async def test_without_room_a_request_is_refused_before_it_is_read() -> None:
    encoder = _StuckEncoder()
    settings = Settings(
        address="127.0.0.1:0", drain_seconds=0, active_rankings=1, waiting_rankings=0
    )
    async with (
        reranking_with(encoder, settings, silent_telemetry()) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        first = RerankingServiceStub(channel).RankPassages(_request("red"), timeout=60)
        await encoder.reached.wait()
        with pytest.raises(aio.AioRpcError) as caught:
            await channel.unary_unary(METHOD, bytes)(b"\xff no request", timeout=60)
        encoder.released.set()
        await first
    assert reason_of(caught.value) == "RERANKING_BUSY"


class _ThreadedEncoder:
    """Scores one pair after the other in a thread, each when it is told to."""

    def __init__(self, workers: Threads) -> None:
        self._workers = workers
        self._go = threading.Semaphore(0)
        self.begun = 0
        self.reached = asyncio.Event()
        self.given_up = asyncio.Event()

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        assert query
        assert budget_seconds
        self.reached.set()
        try:
            return await self._workers.call_all([self._pair for _ in texts])
        except asyncio.CancelledError:
            self.given_up.set()
            raise

    def go_on(self, pairs: int) -> None:
        self._go.release(pairs)

    def _pair(self) -> float:
        self.begun += 1
        self._go.acquire()
        return 0.0


async def test_a_ranking_whose_caller_has_gone_begins_no_more_pairs() -> None:
    async with threads("pairs", 1) as workers:
        encoder = _ThreadedEncoder(workers)
        async with _served(encoder, silent_telemetry(), active_rankings=1) as stub:
            call = stub.RankPassages(_request(*["red"] * 8), timeout=60)
            await encoder.reached.wait()
            call.cancel()
            await asyncio.wait_for(encoder.given_up.wait(), 60)
            encoder.go_on(100)
            after = await stub.RankPassages(_request("red"), timeout=60)
        assert after.scored_passage_count == 1
        assert encoder.begun <= 2


async def test_a_ranking_that_waits_for_its_turn_is_forgotten_with_its_caller() -> None:
    encoder, telemetry = _StuckEncoder(), silent_telemetry()
    async with _served(encoder, telemetry, active_rankings=1, ranking_wait_seconds=60) as stub:
        first = stub.RankPassages(_request("red"), timeout=60)
        await encoder.reached.wait()
        waits = stub.RankPassages(_request("red"), timeout=60)
        await _until_waiting(telemetry, 1)
        waits.cancel()
        await _until_waiting(telemetry, 0)
        encoder.released.set()
        await first
    assert encoder.calls == 1


async def _until_waiting(telemetry: Telemetry, count: int) -> None:
    registry = telemetry.metrics.registry
    gauge = "askmesh_room_waiting", {"room": "reranking"}
    async with asyncio.timeout(60):
        while registry.get_sample_value(*gauge) != count:  # noqa: ASYNC110 - it wakes nobody
            await asyncio.sleep(0)


async def test_an_empty_query_is_refused_with_a_reason() -> None:
    async with _served(OverlapCrossEncoder(), silent_telemetry()) as stub:
        with pytest.raises(aio.AioRpcError) as caught:
            await stub.RankPassages(_request("red", query=" "), timeout=60)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(caught.value) == "QUERY_EMPTY"
    assert field_violations_of(caught.value) == ["query"]
