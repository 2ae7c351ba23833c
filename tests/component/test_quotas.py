"""How much callers may ask, and tenants store."""

from collections.abc import Generator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from grpc import StatusCode, aio

from askmesh.api.ingestion.v1 import ingestion_pb2 as pb2
from askmesh.caching import redis_commands
from askmesh.documents import MemoryDocumentStore
from askmesh.errors import QuotaError, TooManyCallsError
from askmesh.gateway.rates import OwnAllowances, Rate, SharedAllowances
from askmesh.gateway.servicer import ASKING
from askmesh.gateway.wiring import gateway_service
from askmesh.ingestion.quotas import StorageLimits, StorageQuota
from askmesh.rpc import calling_as, quota_of, reason_of, retry_delay_of, upstream_errors
from support.documents import put
from support.ingestion import IngestionClient, document, ingestion
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
                await stack.enter_async_context(redis_commands(redis.address, timeout_seconds=5)),
                OwnAllowances(RATE),
            )
            for _ in range(2)
        ]
        waits = [await each.take("ann") for each in (one, other, one, other, one)]
        assert waits[:3] == [0, 0, 0]
        assert all(5990 < wait <= 6000 for wait in waits[3:])
        assert await other.take("bob") == 0
        redis.kill()
        alone = [await one.take("ann") for _ in range(4)]
        assert alone[:3] == [0, 0, 0]
        assert alone[3] > 0


async def test_who_asks_too_much_is_told_when_before_the_question_is_read() -> None:
    settings = settings_before("127.0.0.1:1", questions_per_minute=0.1, question_burst=1)
    async with (
        gateway_service(settings) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        refused: list[aio.AioRpcError] = []
        for content in (b"no question", b"no question"):
            with pytest.raises(aio.AioRpcError) as caught:
                await channel.unary_unary(ASKING, bytes, bytes)(content, timeout=20)
            refused.append(caught.value)
    assert [(each.code(), reason_of(each)) for each in refused] == [
        (StatusCode.INVALID_ARGUMENT, "REQUEST_NOT_PROTOBUF"),
        (StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_QUESTIONS"),
    ]
    assert quota_of(refused[-1]) == "tenant:default"
    assert 500 < (retry_delay_of(refused[-1]) or 0) <= 600
    with pytest.raises(TooManyCallsError), upstream_errors("gateway"):
        raise refused[-1]


async def ingested(client: IngestionClient, *names: str) -> tuple[int, aio.AioRpcError | None]:
    """How many documents were stored, and why no more were."""
    before = len(await client.store.list_documents("default", after="", limit=100))
    failure = None
    try:
        await client.ingest(*map(document, names))
    except aio.AioRpcError as error:
        failure = error
    after = len(await client.store.list_documents("default", after="", limit=100))
    return after - before, failure


@pytest.mark.parametrize(("what", "most"), [("documents", (3, 0)), ("passages", (0, 3))])
async def test_a_tenant_that_is_full_is_told_so_and_may_still_change_what_it_has(
    what: str, most: tuple[int, int]
) -> None:
    documents, passages = most
    async with ingestion(max_documents=documents, max_passages=passages) as client:
        stored, failure = await ingested(client, *(f"{name}.txt" for name in "abcde"))
        assert stored == 3
        assert failure is not None
        assert failure.code() is StatusCode.RESOURCE_EXHAUSTED
        assert quota_of(failure) == f"tenant:default/{what}"
        with pytest.raises(QuotaError, match="may have 3"), upstream_errors("ingestion"):
            raise failure
        (changed,) = await client.ingest(document("a.txt", "Other text."))
        assert changed.outcome == pb2.INGEST_OUTCOME_UPDATED
        with calling_as("other"):
            (elsewhere,) = await client.ingest(document("x.txt"))
        assert elsewhere.outcome == pb2.INGEST_OUTCOME_CREATED


async def test_room_that_is_made_is_seen_after_a_while() -> None:
    store, now = MemoryDocumentStore(), [0.0]
    quota = StorageQuota(store, StorageLimits(documents=1), clock=lambda: now[0])
    await put(store, "a", "text", tenant="blue")
    with pytest.raises(QuotaError):
        await quota.take("blue", "b", 1)
    await store.delete_document("blue", "a")
    now[0] += 11
    await quota.take("blue", "b", 1)
