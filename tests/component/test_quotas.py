"""How much callers may ask, and tenants store."""

import asyncio
from collections import Counter
from collections.abc import Generator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from grpc import StatusCode, aio

from askmesh.api.ingestion.v1 import ingestion_pb2 as pb2
from askmesh.caching import redis_commands
from askmesh.errors import TooManyCallsError
from askmesh.gateway.rates import OwnAllowances, Rate, SharedAllowances
from askmesh.gateway.servicer import ASKING
from askmesh.gateway.wiring import gateway_service
from askmesh.passages import AccessList, access_to_wire
from askmesh.rpc import calling_as, quota_of, reason_of, retry_delay_of, upstream_errors
from support.ingestion import FailingStore, Surroundings, document, ingestion
from support.redis_server import RedisServer, redis_server
from support.upstreams import settings_before

RATE = Rate(per_minute=0.01, burst=3)


@pytest.fixture
def redis(tmp_path: Path) -> Generator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


async def test_gateways_count_what_a_caller_asks_together(redis: RedisServer) -> None:
    async with AsyncExitStack() as stack:
        one, other = [
            SharedAllowances(
                await stack.enter_async_context(redis_commands(redis.address, timeout_seconds=20)),
                OwnAllowances(RATE),
            )
            for _ in range(2)
        ]
        waits = [await each.take("ann") for each in (one, other, one, other, one)]
        assert waits[:3] == [0, 0, 0]
        assert all(5900 < wait <= 6000 for wait in waits[3:])
        assert await other.take("bob") == 0
        redis.kill()
        alone = [await one.take("ann") for _ in range(4)]
        assert alone[:3] == [0, 0, 0]
        assert alone[3] > 0


async def test_gateways_count_together_however_often_callers_may_ask(redis: RedisServer) -> None:
    alone = OwnAllowances(Rate(per_minute=6_000_000, burst=1), clock=lambda: 0.0)
    async with redis_commands(redis.address, timeout_seconds=20) as commands:
        shared = SharedAllowances(commands, alone)
        assert [await shared.take("ann") for _ in range(3)] == [0, 0, 0]
    assert await alone.take("ann") == 0
    assert await alone.take("ann") > 0


async def test_who_asks_too_much_is_told_when_before_the_question_is_read() -> None:
    settings = settings_before("127.0.0.1:1", questions_per_minute=0.1, question_burst=1)
    async with (
        gateway_service(settings) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        refused: list[aio.AioRpcError] = []
        for content in (b"no question", b"no question"):
            with pytest.raises(aio.AioRpcError) as caught:
                await channel.unary_unary(ASKING, bytes, bytes)(content, timeout=60)
            refused.append(caught.value)
    assert [(each.code(), reason_of(each)) for each in refused] == [
        (StatusCode.INVALID_ARGUMENT, "REQUEST_NOT_PROTOBUF"),
        (StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_QUESTIONS"),
    ]
    assert quota_of(refused[-1]) == "tenant:default"
    assert 500 < (retry_delay_of(refused[-1]) or 0) <= 600
    with pytest.raises(TooManyCallsError), upstream_errors("gateway"):
        raise refused[-1]


BOARD = AccessList(frozenset({"group:board"}))
LIMITS = [("documents", (3, 0)), ("passages", (0, 3))]


@pytest.mark.parametrize(("what", "most"), LIMITS)
async def test_a_tenant_that_is_full_is_told_so_of_each_document_and_its_stream_goes_on(
    what: str, most: tuple[int, int]
) -> None:
    documents, passages = most
    async with ingestion(max_documents=documents, max_passages=passages) as client:
        await client.ingest(*(document(f"{name}.txt") for name in "bcd"))
        results = await client.ingest(
            document("a.txt"),
            document("b.txt", "Other text."),
            document("e.txt"),
            document("c.txt"),
        )
        assert [result.outcome for result in results] == [
            pb2.INGEST_OUTCOME_REFUSED,
            pb2.INGEST_OUTCOME_UPDATED,
            pb2.INGEST_OUTCOME_REFUSED,
            pb2.INGEST_OUTCOME_UNCHANGED,
        ]
        refused = results[0]
        assert refused.refusal_reason == "STORAGE_QUOTA_EXCEEDED"
        assert f"may have 3 {what}" in refused.refusal_detail
        with calling_as("other"):
            (elsewhere,) = await client.ingest(document("x.txt"))
        assert elsewhere.outcome == pb2.INGEST_OUTCOME_CREATED


async def test_readers_are_changed_behind_a_document_that_has_no_room() -> None:
    async with ingestion(max_documents=1) as client:
        await client.ingest(document("b.txt"))
        narrowed = document("b.txt")
        narrowed.access.CopyFrom(access_to_wire(BOARD))
        await client.ingest(document("a.txt"), narrowed)
        stored = await client.store.get_document("default", "b.txt")
        assert stored is not None
        assert stored.document.access == BOARD


@pytest.mark.parametrize(("what", "most"), LIMITS)
async def test_streams_side_by_side_store_no_more_than_a_tenant_may_have(
    what: str, most: tuple[int, int]
) -> None:
    documents, passages = most
    async with ingestion(max_documents=documents, max_passages=passages) as client:
        names = [[f"{stream}-{number}.txt" for number in range(4)] for stream in range(4)]
        results = await asyncio.gather(*(client.ingest(*map(document, each)) for each in names))
        outcomes = Counter(result.outcome for each in results for result in each)
        assert outcomes == {pb2.INGEST_OUTCOME_CREATED: 3, pb2.INGEST_OUTCOME_REFUSED: 13}, what


async def test_a_document_that_could_not_be_stored_takes_no_room() -> None:
    async with ingestion(Surroundings(FailingStore("a.txt")), max_documents=1) as client:
        with pytest.raises(aio.AioRpcError):
            await client.ingest(document("a.txt"))
        (stored,) = await client.ingest(document("b.txt"))
        assert stored.outcome == pb2.INGEST_OUTCOME_CREATED
