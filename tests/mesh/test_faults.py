"""What readers see while a part of a mesh is dead, stopped or without room, and that it comes back.

The mesh has two processes of retrieval, and a Triton that is not there: its answers are quotes.
"""

import asyncio
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import pytest

from askmesh.client import (
    Client,
    Completed,
    DegradationReason,
    IngestOutcome,
    Outcome,
    SourceDocument,
    SourcesRanked,
    askmesh_client,
)
from askmesh.errors import InvalidRequestError, UnavailableError
from support.documents_of_a_farm import ingest_farm_documents
from support.mesh import RunningMesh, running_mesh
from support.mongo_server import MongoServer, mongo_server
from support.redis_server import RedisServer, redis_server
from support.signals import kill, no_room_on_disk, processes_of, stopped

QUESTION = "How often are the goats of Hollin Farm milked?"
QUOTES = DegradationReason.LANGUAGE_MODEL_UNAVAILABLE
SECONDS = 100


@dataclass(frozen=True, slots=True)
class Farm:
    """A mesh of processes that can be made to fail, with documents of a farm."""

    mesh: RunningMesh
    home: Path
    redis: RedisServer
    mongo: MongoServer

    def processes(self, service: str) -> list[int]:
        return processes_of(f"askmesh.{service}", self.home)


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Generator[Farm]:
    home = tmp_path_factory.mktemp("home")
    with (
        redis_server(tmp_path_factory.mktemp("redis")) as redis,
        mongo_server(tmp_path_factory.mktemp("mongo")) as mongo,
        running_mesh(
            home,
            *("--documents", mongo.address("mesh"), "--cache", redis.address),
            *("--triton", "127.0.0.1:9", "--replicas", "retrieval=2"),
        ) as running,
    ):
        ingest_farm_documents(running.base_port, tmp_path_factory.mktemp("farm"))
        yield Farm(running, home, redis, mongo)
        print(running.output)  # noqa: T201 - is shown beside a failure


@pytest.fixture
async def client(farm: Farm) -> AsyncGenerator[Client]:
    async with askmesh_client(farm.mesh.gateway, farm.mesh.ingestion) as client:
        await whole_again(client)
        yield client


class Asking:
    """Questions that nobody asked before."""

    seed = 0

    @classmethod
    def next(cls) -> int:
        cls.seed += 1
        return cls.seed


async def ask(client: Client, question: str = QUESTION) -> tuple[set[DegradationReason], bool]:
    """Return what an answer went without, and whether it is from the documents."""
    sources: Sequence[object] = ()
    async with aclosing(client.ask(question, seed=Asking.next())) as events:
        async for event in events:
            if isinstance(event, SourcesRanked):
                sources = event.sources
            if isinstance(event, Completed):
                assert event.outcome is Outcome.ANSWERED
                return {each.reason for each in event.degradations}, bool(sources)
    raise AssertionError("the answer has no end")


async def whole_again(client: Client) -> None:
    """Return when an answer goes without nothing but the language model."""
    async with asyncio.timeout(SECONDS):
        while await ask(client) != ({QUOTES}, True):
            pass


async def test_without_triton_answers_are_quotes_and_say_so(client: Client) -> None:
    assert await ask(client) == ({QUOTES}, True)


async def test_while_reranking_hangs_sources_keep_the_order_of_the_search(
    farm: Farm, client: Client
) -> None:
    with stopped(*farm.processes("reranking")):
        for _ in range(2):
            missing, answered = await ask(client)
            assert answered
            assert DegradationReason.RERANKING_UNAVAILABLE in missing
    await whole_again(client)


async def test_while_query_understanding_hangs_questions_are_searched_as_typed(
    farm: Farm, client: Client
) -> None:
    with stopped(*farm.processes("query_understanding")):
        missing, answered = await ask(client)
        assert answered
        assert DegradationReason.QUERY_UNDERSTANDING_UNAVAILABLE in missing
    await whole_again(client)


async def test_without_redis_answers_still_flow(farm: Farm, client: Client) -> None:
    farm.redis.kill()
    try:
        assert await ask(client) == ({QUOTES}, True)
        assert await ask(client) == ({QUOTES}, True)
    finally:
        farm.redis.start()
    await whole_again(client)


async def test_without_mongodb_passages_come_from_the_indexes_and_ingestion_loses_nothing(
    farm: Farm, client: Client
) -> None:
    wool = SourceDocument(source="wool.txt", content=b"The wool of Hollin Farm is sold in May.\n")
    farm.mongo.kill()
    try:
        # Nobody has searched for this before: what is found of old needs no store.
        missing, answered = await ask(client, "When are dogs on the lead at Hollin Farm?")
        assert answered
        assert missing == {QUOTES, DegradationReason.DOCUMENT_STORE_UNAVAILABLE}
        with pytest.raises(UnavailableError) as caught:
            await results(client, wool)
        assert caught.value.reason == "DOCUMENT_STORE_UNAVAILABLE"
    finally:
        farm.mongo.start()
    await whole_again(client)
    assert (await client.collection_status()).document_count == 3
    assert await results(client, wool) == [IngestOutcome.CREATED]


async def test_a_search_of_a_replica_that_hangs_is_made_at_the_other_one(
    farm: Farm, client: Client
) -> None:
    with stopped(farm.processes("retrieval")[-1]):
        for _ in range(10):
            assert await ask(client) == ({QUOTES}, True)
    await whole_again(client)


async def test_ingestion_without_room_on_its_disk_goes_on(farm: Farm, client: Client) -> None:
    hay = SourceDocument(source="hay.txt", content=b"The hay of Hollin Farm is cut in June.\n")
    with no_room_on_disk(*farm.processes("ingestion")):
        assert await results(client, hay) == [IngestOutcome.CREATED]


async def test_retrieval_without_room_for_its_indexes_answers_from_what_it_has(
    farm: Farm, client: Client
) -> None:
    first, second = farm.processes("retrieval")
    barn = SourceDocument(source="barn.txt", content=b"The barn of Hollin Farm has a blue door.\n")
    with no_room_on_disk(first), no_room_on_disk(second):
        assert await results(client, barn) == [IngestOutcome.CREATED]
        for _ in range(5):
            assert await ask(client) == ({QUOTES}, True)
    revision = (await client.collection_status()).revision
    async with asyncio.timeout(SECONDS):
        while (await client.status()).indexed_revision < revision:
            pass


async def test_a_question_that_is_none_is_refused_with_its_field(client: Client) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        await ask(client, " ")
    assert caught.value.field == "question"


async def test_when_a_replica_is_killed_the_other_one_serves_and_the_mesh_says_so(
    farm: Farm, client: Client
) -> None:
    kill(farm.processes("retrieval")[-1])
    for _ in range(10):
        assert await ask(client) == ({QUOTES}, True)
    async with asyncio.timeout(SECONDS):
        while "What it did is done by the other replicas." not in farm.mesh.output:
            await ask(client)


async def results(client: Client, document: SourceDocument) -> list[IngestOutcome]:
    async with aclosing(client.ingest([document])) as ingested:
        return [each.outcome async for each in ingested]
