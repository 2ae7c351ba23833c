"""Every service of the mesh, each alone, which asks for credentials or believes everybody."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from google.protobuf.descriptor import ServiceDescriptor
from grpc import StatusCode, aio

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.api.query_understanding.v1 import query_understanding_pb2
from askmesh.api.reranking.v1 import reranking_pb2
from askmesh.api.retrieval.v1 import retrieval_pb2
from askmesh.api.summarization.v1 import summarization_pb2
from askmesh.caching import MemoryCache
from askmesh.gateway.wiring import gateway_service
from askmesh.ingestion.settings import Settings as IngestionSettings
from askmesh.ingestion.wiring import ingestion_server
from askmesh.query_understanding.settings import Settings as UnderstandingSettings
from askmesh.query_understanding.wiring import query_understanding_service
from askmesh.reranking.settings import Settings as RerankingSettings
from askmesh.reranking.wiring import reranking_with
from askmesh.retrieval.settings import Settings as RetrievalSettings
from askmesh.retrieval.wiring import Parts, retrieval_server
from askmesh.rpc import reason_of
from askmesh.summarization.settings import Settings as SummarizationSettings
from askmesh.summarization.wiring import summarization_server
from askmesh.telemetry import silent_telemetry
from support.credentials import Keys
from support.fake_encoders import OverlapCrossEncoder
from support.fake_language_model import ScriptedLanguageModel
from support.health import health_of
from support.ingestion import Surroundings
from support.memory_indexes import MemoryKeywordIndex, MemoryVectorIndex
from support.retrieval import DIMENSION, FailingDocuments, WordEmbedder
from support.traced_mesh import profile_in
from support.upstreams import settings_before

Service = AbstractAsyncContextManager[int]
Outcome = tuple[StatusCode, str]

REFUSED: Outcome = (StatusCode.UNAUTHENTICATED, "CREDENTIAL_MISSING")
HERE = {"address": "127.0.0.1:0", "metrics_address": "127.0.0.1:0", "drain_seconds": 0}
FILES = (
    *(gateway_pb2, ingestion_pb2, query_understanding_pb2),
    *(reranking_pb2, retrieval_pb2, summarization_pb2),
)
SERVICES: Mapping[str, ServiceDescriptor] = {
    service.file.package.split(".")[-2]: service
    for file in FILES
    for service in file.DESCRIPTOR.services_by_name.values()
}


EDGE = frozenset({"gateway", "ingestion"})
"""Those that clients call."""


def guarded(name: str, keys: Keys) -> Service:
    """Return a service by the name of its package, which asks for credentials."""
    own = keys.edge if name in EDGE else {"verifying_key_file": str(keys.folder / "public.pem")}
    if name == "gateway":
        own = {**own, "signing_key_file": str(keys.folder / "private.pem")}
    return _service(name, own, keys.folder)


def unguarded(name: str, folder: Path) -> Service:
    """Return a service by the name of its package, which believes everybody."""
    return _service(name, {}, folder)


def _service(name: str, own: Mapping[str, object], folder: Path) -> Service:
    settings = {**HERE, "reflection": True, **own}
    makers: Mapping[str, Callable[[], Service]] = {
        "gateway": lambda: gateway_service(settings_before("127.0.0.1:1", **settings)),
        "ingestion": lambda: _ingestion(settings),
        "query_understanding": lambda: query_understanding_service(
            UnderstandingSettings.model_validate(settings)
        ),
        "retrieval": lambda: _retrieval(settings),
        "reranking": lambda: reranking_with(
            OverlapCrossEncoder(), RerankingSettings.model_validate(settings), silent_telemetry()
        ),
        "summarization": lambda: summarization_server(
            SummarizationSettings.model_validate({**settings, "profile": profile_in(folder)}),
            silent_telemetry(),
            ScriptedLanguageModel("Nothing."),
        ),
    }
    return makers[name]()


def _ingestion(settings: Mapping[str, object]) -> Service:
    around = Surroundings()
    return ingestion_server(
        IngestionSettings.model_validate(settings),
        silent_telemetry(),
        *(around.store, around.cache, around.embedder),
    )


def _retrieval(settings: Mapping[str, object]) -> Service:
    parts = Parts(
        *(FailingDocuments(), MemoryCache(0), WordEmbedder()),
        *(MemoryKeywordIndex(), MemoryVectorIndex(DIMENSION)),
    )
    return retrieval_server(RetrievalSettings.model_validate(settings), silent_telemetry(), parts)


async def refusals(port: int, methods: Iterable[str]) -> dict[str, Outcome]:
    """Return what raw calls without a credential come to. Raise if health is refused as well."""
    async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        found = {method: await _outcome(channel, method) for method in methods}
        assert await health_of(channel, "") == "SERVING"
    return found


async def _outcome(channel: aio.Channel, method: str) -> Outcome:
    call: aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(method, bytes, bytes)
    try:
        await call(b"", timeout=60)
    except aio.AioRpcError as error:
        return error.code(), reason_of(error)
    return StatusCode.OK, ""
