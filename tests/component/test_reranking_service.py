"""Reranking over gRPC."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import grpc
import pytest
from grpc import aio

from askmesh.api.reranking.v1 import reranking_pb2 as pb2
from askmesh.api.reranking.v1.reranking_pb2_grpc import RerankingServiceStub
from askmesh.inference import CrossEncoder
from askmesh.reranking.settings import Settings
from askmesh.reranking.wiring import reranking_with
from askmesh.rpc import channel_to, field_violations_of, reason_of, retry_delay_of
from askmesh.telemetry import Telemetry, silent_telemetry
from support.fake_encoders import OverlapCrossEncoder


class _StuckEncoder:
    """Scores nothing until it is released."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.released = asyncio.Event()

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        assert query
        assert budget_seconds is not None
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
        reply = await stub.RankPassages(request, timeout=10)
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
        reply = await stub.RankPassages(request, timeout=10)
    assert [passage.passage_id for passage in reply.passages] == ["p1", "p0", "p2"]
    assert [passage.HasField("score") for passage in reply.passages] == [True, True, False]
    assert reply.scored_passage_count == 2
    truncated = telemetry.metrics.registry.get_sample_value(
        "askmesh_degradations_total", {"reason": "reranking_truncated"}
    )
    assert truncated == 1.0


async def test_the_callers_deadline_shortens_the_budget() -> None:
    request = _request("red", "red fox", "red fox")
    encoder = OverlapCrossEncoder(pair_seconds=6.0)
    async with _served(
        encoder, silent_telemetry(), budget_seconds=100.0, reserve_seconds=50.0
    ) as stub:
        reply = await stub.RankPassages(request, timeout=60)
    assert reply.scored_passage_count == 2


async def test_too_many_waiting_rankings_are_refused_with_advice() -> None:
    encoder = _StuckEncoder()
    async with _served(encoder, silent_telemetry(), active_rankings=1, waiting_rankings=0) as stub:
        first = stub.RankPassages(_request("red"), timeout=10)
        await encoder.reached.wait()
        with pytest.raises(aio.AioRpcError) as caught:
            await stub.RankPassages(_request("red"), timeout=10)
        encoder.released.set()
        assert (await first).scored_passage_count == 1
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason_of(caught.value) == "RERANKING_BUSY"
    assert retry_delay_of(caught.value) == pytest.approx(0.45)


async def test_an_empty_query_is_refused_with_a_reason() -> None:
    async with _served(OverlapCrossEncoder(), silent_telemetry()) as stub:
        with pytest.raises(aio.AioRpcError) as caught:
            await stub.RankPassages(_request("red", query=" "), timeout=10)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(caught.value) == "QUERY_EMPTY"
    assert field_violations_of(caught.value) == ["query"]
