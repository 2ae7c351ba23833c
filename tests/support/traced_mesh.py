"""All services that make an answer, in this process, with models that need no files."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from grpc import aio

from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.caching import MemoryCache
from askmesh.config import ServiceSettings
from askmesh.gateway.wiring import gateway_service
from askmesh.passages import ANY_DOCUMENT, Filter
from askmesh.query_understanding.settings import Settings as UnderstandingSettings
from askmesh.query_understanding.wiring import query_understanding_service
from askmesh.reranking.settings import Settings as RerankingSettings
from askmesh.reranking.wiring import reranking_with
from askmesh.retrieval.settings import Settings as RetrievalSettings
from askmesh.retrieval.wiring import Parts, retrieval_server
from askmesh.summarization.settings import Settings as SummarizationSettings
from askmesh.summarization.wiring import summarization_server
from askmesh.telemetry import telemetry
from support.fake_encoders import OverlapCrossEncoder
from support.fake_language_model import ScriptedLanguageModel
from support.memory_indexes import MemoryKeywordIndex, MemoryVectorIndex
from support.retrieval import DIMENSION, FailingDocuments, WordEmbedder, store
from support.upstreams import settings_before

QUESTION = "Explain how the goats are kept."
_TEXTS = (
    "The goats are kept in the barn at night and on the hill by day.",
    "The goats are milked twice a day, at six and at five.",
)
_WRITTEN = "The goats are kept in the barn at night and on the hill by day [1]."
_PROFILE = """
name = "scripted"
context_tokens = 2048
max_output_tokens = 128
policy = "mark"
"""
NOWHERE = "127.0.0.1:1"


class SlowVectors(MemoryVectorIndex):
    """An index that can be made to take for ever; `reached` is set once somebody waits for it."""

    def __init__(self) -> None:
        super().__init__(DIMENSION)
        self.is_stuck = False
        self.reached = asyncio.Event()

    async def count(self, tenant: str, condition: Filter = ANY_DOCUMENT) -> int:
        if self.is_stuck:
            self.reached.set()
            await asyncio.Event().wait()
        return await super().count(tenant, condition)


@dataclass(slots=True)
class Writing:
    """Holds the language model back after its first words, until it is released."""

    is_held: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def before_chunk(self, number: int) -> None:
        if self.is_held and number == 0:
            self.reached.set()
            await self.released.wait()


@dataclass(frozen=True, slots=True)
class TracedMesh:
    """The mesh's gateway, and the parts that can be made to misbehave."""

    address: str
    gateway: GatewayServiceStub
    vectors: SlowVectors
    writing: Writing


@asynccontextmanager
async def traced_mesh(
    folder: Path,
    collector: str,
    *,
    without: Sequence[str] = (),
    settings: Mapping[str, float] = MappingProxyType({}),
) -> AsyncGenerator[TracedMesh]:
    """Run the mesh until the block ends; after that the collector at this address has all spans.

    The gateway has these settings; services `without` are not there.
    """
    vectors, writing = SlowVectors(), Writing()
    async with AsyncExitStack() as stack:
        behind = await _services(stack, folder, collector, vectors, writing)
        addresses = {
            f"{name}_address": NOWHERE if name in without else f"127.0.0.1:{port}"
            for name, port in behind.items()
        }
        own = settings_before(NOWHERE, **addresses, otlp_endpoint=collector, **settings)
        address = f"127.0.0.1:{await stack.enter_async_context(gateway_service(own))}"
        channel = await stack.enter_async_context(aio.insecure_channel(address))
        yield TracedMesh(address, GatewayServiceStub(channel), vectors, writing)


async def _services(
    stack: AsyncExitStack, folder: Path, collector: str, vectors: SlowVectors, writing: Writing
) -> dict[str, int]:
    """Start the services behind the gateway, and return their ports by name."""
    here = ServiceSettings(drain_seconds=0, otlp_endpoint=collector)
    common = here.model_dump()
    retrieval, reranking, summarization = [
        await stack.enter_async_context(telemetry(name, here))
        for name in ("retrieval", "reranking", "summarization")
    ]
    running = {
        "query_understanding": query_understanding_service(
            UnderstandingSettings().model_copy(update={**common, "triton_address": ""})
        ),
        "retrieval": retrieval_server(
            RetrievalSettings().model_copy(
                update={
                    **common,
                    "poll_seconds": 0.01,
                    "search_seconds": 60,
                    "documents_seconds": 60,
                }
            ),
            retrieval,
            Parts(
                await _documents(), MemoryCache(0), WordEmbedder(), MemoryKeywordIndex(), vectors
            ),
        ),
        "reranking": reranking_with(
            OverlapCrossEncoder(), RerankingSettings().model_copy(update=common), reranking
        ),
        "summarization": summarization_server(
            SummarizationSettings().model_copy(update={**common, "profile": profile_in(folder)}),
            summarization,
            ScriptedLanguageModel(_WRITTEN, before_chunk=writing.before_chunk),
        ),
    }
    return {name: await stack.enter_async_context(each) for name, each in running.items()}


async def _documents() -> FailingDocuments:
    documents = FailingDocuments()
    await store(documents, "goats", *_TEXTS)
    return documents


def profile_in(folder: Path) -> str:
    """Write the profile of a language model that needs no files, and return its path."""
    path = folder / "scripted.toml"
    path.write_text(_PROFILE, encoding="utf-8")
    return str(path)
