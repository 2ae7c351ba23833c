"""The services behind the gateway, over gRPC."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from askmesh.api.query_understanding.v1.query_understanding_pb2 import (
    QueryPlan,
    UnderstandQuestionRequest,
)
from askmesh.api.query_understanding.v1.query_understanding_pb2_grpc import (
    QueryUnderstandingServiceStub,
)
from askmesh.api.reranking.v1.reranking_pb2 import RankPassagesRequest, RankPassagesResponse
from askmesh.api.reranking.v1.reranking_pb2_grpc import RerankingServiceStub
from askmesh.api.retrieval.v1.retrieval_pb2 import (
    RetrievePassagesRequest,
    RetrievePassagesResponse,
)
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from askmesh.api.summarization.v1.summarization_pb2 import (
    StreamSummaryRequest,
    StreamSummaryResponse,
)
from askmesh.api.summarization.v1.summarization_pb2_grpc import SummarizationServiceStub
from askmesh.gateway.budget import StageLimits
from askmesh.gateway.upstreams import AskedUpstream, Followed, UpstreamReport
from askmesh.gateway.writing_load import WritingQueue


class GrpcNeighbours:
    """Ask the other services."""

    def __init__(
        self,
        understanding: AskedUpstream,
        retrieval: AskedUpstream,
        reranking: AskedUpstream,
        summarization: Followed,
        *,
        usual: StageLimits,
    ) -> None:
        """`usual` says how long each service has when nobody is in a hurry."""
        self._understanding = understanding
        self._retrieval = retrieval
        self._reranking = reranking
        self._summarization = summarization
        self._usual = usual
        self._writing = WritingQueue()

    def states(self) -> Mapping[str, UpstreamReport]:
        """Return how each service is asked now, by name."""
        each = self._understanding, self._retrieval, self._reranking, self._summarization
        return {upstream.name: upstream.state for upstream in each}

    async def understand(self, request: UnderstandQuestionRequest, *, seconds: float) -> QueryPlan:
        reply = await self._understanding.call(
            "follow-up" if request.conversation else "question",
            lambda channel: QueryUnderstandingServiceStub(channel).UnderstandQuestion,
            request,
            seconds=seconds,
            usual_seconds=self._usual.understanding_seconds,
        )
        return reply.plan

    async def retrieve(
        self, request: RetrievePassagesRequest, *, seconds: float
    ) -> RetrievePassagesResponse:
        return await self._retrieval.call(
            "search",
            lambda channel: RetrievalServiceStub(channel).RetrievePassages,
            request,
            seconds=seconds,
            usual_seconds=self._usual.retrieval_seconds,
        )

    async def rank(self, request: RankPassagesRequest, *, seconds: float) -> RankPassagesResponse:
        return await self._reranking.call(
            "ranking",
            lambda channel: RerankingServiceStub(channel).RankPassages,
            request,
            seconds=seconds,
            usual_seconds=self._usual.reranking_seconds,
        )

    async def summarize(
        self, request: StreamSummaryRequest, *, silence_seconds: float
    ) -> AsyncGenerator[StreamSummaryResponse]:
        stream = self._summarization.stream(
            lambda channel: SummarizationServiceStub(channel).StreamSummary,
            request,
            silence_seconds=silence_seconds,
        )
        async with aclosing(stream) as parts:
            async for part in parts:
                self._writing.note(part)
                yield part

    def writing_seconds(self, coming: int) -> float:
        """Return how long one more text would wait where so many are coming to be written."""
        replicas = len(self._summarization.attempts.replicas.all)
        return self._writing.seconds(coming, replicas=replicas)
