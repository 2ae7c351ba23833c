"""Retrieval, over gRPC."""

from askmesh.api.retrieval.v1.retrieval_pb2 import GetIndexStatusRequest, RetrievePassagesRequest
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from askmesh.gateway.ports import IndexStatus
from askmesh.gateway.values import PassageFilter, Retrieval
from askmesh.gateway.wire import degradation_from_wire, filter_to_wire
from askmesh.passages import passage_from_wire
from askmesh.rpc import upstream_errors


class GrpcRetriever:
    """Ask the retrieval service."""

    def __init__(self, stub: RetrievalServiceStub, *, page_size: int) -> None:
        self._stub = stub
        self._page_size = page_size

    async def retrieve(self, query: str, passage_filter: PassageFilter) -> Retrieval:
        request = RetrievePassagesRequest(
            query=query, page_size=self._page_size, filter=filter_to_wire(passage_filter)
        )
        with upstream_errors("retrieval"):
            reply = await self._stub.RetrievePassages(request)
        return Retrieval(
            tuple(passage_from_wire(found.passage) for found in reply.passages),
            reply.indexed_revision,
            tuple(map(degradation_from_wire, reply.degradations)),
        )

    async def index_status(self) -> IndexStatus:
        with upstream_errors("retrieval"):
            reply = await self._stub.GetIndexStatus(GetIndexStatusRequest())
        return IndexStatus(reply.indexed_revision, reply.passage_count)
