"""The retrieval service on the wire."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from hashlib import sha256
from typing import Any

from grpc.aio import ServicerContext

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.retrieval.v1 import retrieval_pb2
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceServicer
from askmesh.caching import Cache, Memo
from askmesh.errors import InvalidRequestError
from askmesh.passages import filter_from_wire, passage_to_wire, time_to_wire
from askmesh.retrieval.following import Follower
from askmesh.retrieval.ports import MissingPart, Mode, Retrieval, RetrievedPassage, Search
from askmesh.retrieval.retriever import Retriever
from askmesh.rpc import current_tenant
from askmesh.search import KeywordSearch
from askmesh.telemetry import ServiceMetrics
from askmesh.text import require_text

_Context = ServicerContext[Any, Any]

MAX_QUERY_CHARS = 4000
DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 200
KEPT_SECONDS = 600.0
_MODES = {
    retrieval_pb2.RETRIEVAL_MODE_UNSPECIFIED: Mode.HYBRID,
    retrieval_pb2.RETRIEVAL_MODE_HYBRID: Mode.HYBRID,
    retrieval_pb2.RETRIEVAL_MODE_KEYWORD: Mode.KEYWORD,
    retrieval_pb2.RETRIEVAL_MODE_VECTOR: Mode.VECTOR,
}
_DEGRADATIONS = {
    MissingPart.VECTOR_SEARCH: answer_pb2.Degradation(
        reason=answer_pb2.DEGRADATION_REASON_VECTOR_SEARCH_UNAVAILABLE,
        detail="Vector search failed or was too slow; keyword search found the sources.",
    ),
    MissingPart.KEYWORD_SEARCH: answer_pb2.Degradation(
        reason=answer_pb2.DEGRADATION_REASON_KEYWORD_SEARCH_UNAVAILABLE,
        detail="Keyword search failed or was too slow; vector search found the sources.",
    ),
    MissingPart.DOCUMENT_STORE: answer_pb2.Degradation(
        reason=answer_pb2.DEGRADATION_REASON_DOCUMENT_STORE_UNAVAILABLE,
        detail="The document store does not answer; passages come from the index's own copy.",
    ),
}


class RetrievalServicer(RetrievalServiceServicer):
    """Answers RetrievePassages, GetIndexStatus and WatchRevisions."""

    def __init__(
        self,
        retriever: Retriever,
        follower: Follower,
        keywords: KeywordSearch,
        cache: Cache,
        metrics: ServiceMetrics,
        *,
        edition: str,
    ) -> None:
        """`edition` says what else a search depends on: settings, version."""
        self._retriever = retriever
        self._follower = follower
        self._keywords = keywords
        self._metrics = metrics
        self._edition = edition
        self._counts: dict[str, tuple[int, int]] = {}
        self._memo: Memo[tuple[Search, int], retrieval_pb2.RetrievePassagesResponse] = Memo(
            cache,
            metrics,
            name="search",
            kept_seconds=KEPT_SECONDS,
            pack=_complete,
            unpack=retrieval_pb2.RetrievePassagesResponse.FromString,
        )

    async def RetrievePassages(
        self, request: retrieval_pb2.RetrievePassagesRequest, context: _Context
    ) -> retrieval_pb2.RetrievePassagesResponse:
        asked = search(request)
        revision = self._follower.revision_of(asked.tenant)
        key = self._key(asked.tenant, revision, request)
        return (await self._memo.get_many({key: (asked, revision)}, self._found))[key]

    async def GetIndexStatus(
        self, request: retrieval_pb2.GetIndexStatusRequest, context: _Context
    ) -> retrieval_pb2.GetIndexStatusResponse:
        return retrieval_pb2.GetIndexStatusResponse(
            indexed_revision=self._follower.revision,
            passage_count=await self._count(current_tenant()),
            change_time=time_to_wire(self._follower.change_time),
            tenant_revision=self._follower.revision_of(current_tenant()),
        )

    async def WatchRevisions(
        self, request: retrieval_pb2.WatchRevisionsRequest, context: _Context
    ) -> AsyncGenerator[retrieval_pb2.WatchRevisionsResponse]:
        revisions = self._follower.revisions
        async with aclosing(revisions.watch()) as watched:
            async for changed in watched:
                yield retrieval_pb2.WatchRevisionsResponse(
                    tenant_revisions=changed, other_revision=revisions.others
                )

    async def _count(self, tenant: str) -> int:
        """Return how many passages a tenant has; each question asks, so they are counted once."""
        revision = self._follower.revision_of(tenant)
        known = self._counts.get(tenant)
        if known is None or known[0] != revision:
            known = self._counts[tenant] = revision, await self._keywords.count(tenant)
        return known[1]

    async def _found(
        self, searches: Sequence[tuple[Search, int]]
    ) -> list[retrieval_pb2.RetrievePassagesResponse]:
        found = [(await self._retriever.retrieve(each), revision) for each, revision in searches]
        for missing in (part for each, _ in found for part in each.missing):
            self._metrics.count_degradation(f"{missing.name.lower()}_unavailable")
        return [response(each, revision) for each, revision in found]

    def _key(
        self, tenant: str, revision: int, request: retrieval_pb2.RetrievePassagesRequest
    ) -> str:
        """Return what a search is kept by: one of newer documents is another one."""
        asked = self._edition.encode() + request.SerializeToString(deterministic=True)
        state = f"{self._follower.store_id}@{revision}"
        return f"{tenant}:{state}:{sha256(asked).hexdigest()}"


def search(request: retrieval_pb2.RetrievePassagesRequest) -> Search:
    """Return the search in a message. Raise `InvalidRequestError` where there is none."""
    return Search(
        tenant=current_tenant(),
        query=_valid_query(request.query),
        condition=filter_from_wire(request.filter),
        mode=_mode(request.mode),
        limit=_valid_page_size(request.page_size),
    )


def _complete(response: retrieval_pb2.RetrievePassagesResponse) -> bytes | None:
    return None if response.degradations else response.SerializeToString()


def _mode(mode: retrieval_pb2.RetrievalMode.ValueType) -> Mode:
    if mode not in _MODES:
        raise InvalidRequestError("MODE_UNKNOWN", f"mode {mode} is not known", field="mode")
    return _MODES[mode]


def response(retrieval: Retrieval, revision: int) -> retrieval_pb2.RetrievePassagesResponse:
    """Return the message for what was found in documents of a revision."""
    return retrieval_pb2.RetrievePassagesResponse(
        passages=map(_passage_to_wire, retrieval.passages),
        indexed_revision=revision,
        degradations=[_DEGRADATIONS[missing] for missing in retrieval.missing],
        collection_passage_count=retrieval.collection_passages,
        corrected_query=retrieval.corrected_query,
    )


def _passage_to_wire(found: RetrievedPassage) -> retrieval_pb2.RetrievedPassage:
    return retrieval_pb2.RetrievedPassage(
        passage=passage_to_wire(found.passage),
        score=found.score,
        keyword_rank=found.keyword_rank,
        vector_rank=found.vector_rank,
    )


def _valid_query(query: str) -> str:
    """Return the query, normalised, or raise `InvalidRequestError`."""
    return require_text(query, field="query", max_chars=MAX_QUERY_CHARS)


def _valid_page_size(page_size: int) -> int:
    """Return how many passages to return."""
    if page_size < 0:
        raise InvalidRequestError(
            "PAGE_SIZE_INVALID", "page_size must not be negative", field="page_size"
        )
    return min(page_size or DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)
