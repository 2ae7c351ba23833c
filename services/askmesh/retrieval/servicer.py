"""The retrieval service on the wire."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from grpc.aio import ServicerContext

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.retrieval.v1 import retrieval_pb2
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceServicer
from askmesh.caching import Cache
from askmesh.errors import InvalidRequestError
from askmesh.identity import current_caller
from askmesh.passages import filter_from_wire, passage_to_wire, time_to_wire
from askmesh.retrieval.following import Follower
from askmesh.retrieval.permissions import Permissions, ReadableCounts, Reader
from askmesh.retrieval.ports import MissingPart, Mode, Retrieval, RetrievedPassage, Search
from askmesh.retrieval.retriever import Retriever
from askmesh.retrieval.sharing import SeenSearch, SharedSearches
from askmesh.rpc import current_tenant
from askmesh.search import KeywordSearch
from askmesh.telemetry import ServiceMetrics
from askmesh.text import require_text

_Context = ServicerContext[Any, Any]

MAX_QUERY_CHARS = 4000
DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 200
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
        permissions: Permissions,
        edition: str,
    ) -> None:
        """`edition` says what else a search depends on: settings, version."""
        self._retriever = retriever
        self._follower = follower
        self._permissions = permissions
        self._metrics = metrics
        self._counts = ReadableCounts(keywords)
        self._searches: SharedSearches[retrieval_pb2.RetrievePassagesResponse] = SharedSearches(
            cache,
            metrics,
            follower,
            permissions,
            edition=edition,
            pack=_complete,
            unpack=retrieval_pb2.RetrievePassagesResponse.FromString,
        )

    async def RetrievePassages(
        self, request: retrieval_pb2.RetrievePassagesRequest, context: _Context
    ) -> retrieval_pb2.RetrievePassagesResponse:
        content = request.SerializeToString(deterministic=True)
        return await self._searches.find(search(request), _reader(), content, self._found)

    async def GetIndexStatus(
        self, request: retrieval_pb2.GetIndexStatusRequest, context: _Context
    ) -> retrieval_pb2.GetIndexStatusResponse:
        reader = _reader()
        revision, permitted = (
            self._follower.revision_of(reader.tenant),
            await self._permissions.of(reader),
        )
        return retrieval_pb2.GetIndexStatusResponse(
            indexed_revision=self._follower.revision,
            passage_count=await self._counts.of(reader.tenant, revision, permitted),
            change_time=time_to_wire(self._follower.change_time),
            tenant_revision=revision,
            permissions=permitted.name,
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

    async def _found(self, seen: SeenSearch) -> retrieval_pb2.RetrievePassagesResponse:
        found = await self._retriever.retrieve(seen.search)
        for missing in found.missing:
            self._metrics.count_degradation(f"{missing.name.lower()}_unavailable")
        return response(found, seen.revision, seen.permissions)


def _reader() -> Reader:
    caller = current_caller()
    return Reader(caller.tenant, frozenset(caller.principals), caller.reads_all)


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


def response(
    retrieval: Retrieval, revision: int, permissions: str
) -> retrieval_pb2.RetrievePassagesResponse:
    """Return the message for what was found in documents of a revision that may be read."""
    return retrieval_pb2.RetrievePassagesResponse(
        passages=map(_passage_to_wire, retrieval.passages),
        indexed_revision=revision,
        degradations=[_DEGRADATIONS[missing] for missing in retrieval.missing],
        collection_passage_count=retrieval.collection_passages,
        corrected_query=retrieval.corrected_query,
        permissions=permissions,
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
