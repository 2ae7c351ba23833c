"""The services behind the gateway, all on one port, with canned replies."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message
from grpc import StatusCode, aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health

from askmesh.api.common.v1 import answer_pb2, passage_pb2
from askmesh.api.query_understanding.v1 import query_understanding_pb2 as understanding_pb2
from askmesh.api.query_understanding.v1 import query_understanding_pb2_grpc as understanding_grpc
from askmesh.api.reranking.v1 import reranking_pb2, reranking_pb2_grpc
from askmesh.api.retrieval.v1 import retrieval_pb2, retrieval_pb2_grpc
from askmesh.api.summarization.v1 import summarization_pb2, summarization_pb2_grpc
from askmesh.gateway.settings import Settings
from askmesh.resilience import Priority
from askmesh.rpc import priority_of

HEARTBEAT_SECONDS = 0.5
"""How often a summary that is held gives a sign of life."""

PATIENT = ("understanding", "retrieval", "reranking", "summary_silence", "sharing", "status")

_Context = aio.ServicerContext[Any, Any]


@dataclass
class Upstreams(
    understanding_grpc.QueryUnderstandingServiceServicer,
    retrieval_pb2_grpc.RetrievalServiceServicer,
    reranking_pb2_grpc.RerankingServiceServicer,
    summarization_pb2_grpc.SummarizationServiceServicer,
):
    """One plan, one passage, one sentence; the summary waits for `finish` if it is to `hold`.

    The first `free` summaries do not wait, the first `broken` ones end before the answer does. With
    `begun`, summaries fail after so many parts. Methods in `hung` never answer.
    `calls` counts those of each method, `requests` and `priorities` keep them.
    `plan`, `found`, `ranked` and `summary` replace what is canned.
    """

    address: str = ""
    hold: bool = False
    free: int = 0
    broken: int = 0
    begun: int | None = None
    echoes: bool = False
    permissions: str = ""
    has_time_to_rerank: bool = True
    hung: set[str] = field(default_factory=set[str])
    calls: Counter[str] = field(default_factory=Counter[str])
    first_calls: dict[str, asyncio.Event] = field(
        default_factory=lambda: defaultdict(asyncio.Event)
    )
    requests: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    priorities: dict[str, list[Priority]] = field(default_factory=lambda: defaultdict(list))
    plan: understanding_pb2.QueryPlan | None = None
    found: retrieval_pb2.RetrievePassagesResponse | None = None
    ranked: reranking_pb2.RankPassagesResponse | None = None
    summary: Sequence[summarization_pb2.StreamSummaryResponse] = ()
    finish: asyncio.Event = field(default_factory=asyncio.Event)
    summary_cancelled: asyncio.Event = field(default_factory=asyncio.Event)

    async def UnderstandQuestion(
        self, request: understanding_pb2.UnderstandQuestionRequest, context: _Context
    ) -> understanding_pb2.UnderstandQuestionResponse:
        await self._called("UnderstandQuestion", request, context)
        plan = self.plan or understanding_pb2.QueryPlan(
            standalone_question=request.question, intent=understanding_pb2.INTENT_FACT
        )
        return understanding_pb2.UnderstandQuestionResponse(plan=plan)

    async def RetrievePassages(
        self, request: retrieval_pb2.RetrievePassagesRequest, context: _Context
    ) -> retrieval_pb2.RetrievePassagesResponse:
        await self._called("RetrievePassages", request, context)
        if self.found is not None:
            return self.found
        passage = passage_pb2.Passage(
            passage_id="p1", document_id="d1", title="Meshes", text="A mesh is a net."
        )
        found = retrieval_pb2.RetrievedPassage(passage=passage, score=0.5)
        return retrieval_pb2.RetrievePassagesResponse(passages=[found], indexed_revision=7)

    async def GetIndexStatus(
        self, request: retrieval_pb2.GetIndexStatusRequest, context: _Context
    ) -> retrieval_pb2.GetIndexStatusResponse:
        await self._called("GetIndexStatus", request, context)
        return retrieval_pb2.GetIndexStatusResponse(
            indexed_revision=9, tenant_revision=7, passage_count=1, permissions=self.permissions
        )

    async def ListLanguageModels(
        self, request: summarization_pb2.ListLanguageModelsRequest, context: _Context
    ) -> summarization_pb2.ListLanguageModelsResponse:
        await self._called("ListLanguageModels", request, context)
        open_ = summarization_pb2.LANGUAGE_MODEL_STATE_OPEN
        model = summarization_pb2.LanguageModelStatus(name="big", state=open_)
        return summarization_pb2.ListLanguageModelsResponse(models=[model])

    async def WatchRevisions(
        self, request: retrieval_pb2.WatchRevisionsRequest, context: _Context
    ) -> AsyncGenerator[retrieval_pb2.WatchRevisionsResponse]:
        await self._called("WatchRevisions", request, context)
        while True:
            yield retrieval_pb2.WatchRevisionsResponse(other_revision=7)
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def RankPassages(
        self, request: reranking_pb2.RankPassagesRequest, context: _Context
    ) -> reranking_pb2.RankPassagesResponse:
        await self._called("RankPassages", request, context)
        if self.ranked is not None:
            return self.ranked
        score = 0.9 if self.has_time_to_rerank else None
        ranked = [
            reranking_pb2.RankedPassage(passage_id=each.passage_id, score=score)
            for each in request.passages
        ]
        scored = len(ranked) if self.has_time_to_rerank else 0
        return reranking_pb2.RankPassagesResponse(passages=ranked, scored_passage_count=scored)

    async def StreamSummary(
        self, request: summarization_pb2.StreamSummaryRequest, context: _Context
    ) -> AsyncGenerator[summarization_pb2.StreamSummaryResponse]:
        await self._called("StreamSummary", request, context)
        waits = self.calls["StreamSummary"] > self.free
        if self.begun == 0:
            await context.abort(StatusCode.UNAVAILABLE, "going away")
        if self.echoes:
            for part in _echo(request):
                yield part
            return
        if self.summary:
            for part in self.summary:
                yield part
            return
        with self._noting_its_cancellation():
            yield summarization_pb2.StreamSummaryResponse(
                text_delta=answer_pb2.TextDelta(text="A mesh is a net. ")
            )
            while waits and self.hold and not await self._is_finished_soon():
                yield summarization_pb2.StreamSummaryResponse(
                    heartbeat=summarization_pb2.Heartbeat()
                )
        if self.calls["StreamSummary"] <= self.broken:
            return
        if self.begun == 1:
            await context.abort(StatusCode.UNAVAILABLE, "going away")
        yield summarization_pb2.StreamSummaryResponse(
            completed=summarization_pb2.SummaryCompleted(outcome=answer_pb2.ANSWER_OUTCOME_ANSWERED)
        )

    @contextmanager
    def _noting_its_cancellation(self) -> Generator[None]:
        """Note that a summary is cancelled, also while a part of it is on its way."""
        try:
            yield
        except (asyncio.CancelledError, GeneratorExit):
            self.summary_cancelled.set()
            raise

    async def until_called(self, method: str) -> None:
        """Wait for the first call of a method."""
        await self.first_calls[method].wait()

    async def _is_finished_soon(self) -> bool:
        try:
            return await asyncio.wait_for(self.finish.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            return False

    async def _called(self, method: str, request: Message, context: _Context) -> None:
        self.calls[method] += 1
        self.first_calls[method].set()
        self.requests[method].append(request)
        self.priorities[method].append(priority_of(dict(context.invocation_metadata() or ())))
        if method in self.hung:
            await asyncio.Event().wait()


def _echo(
    request: summarization_pb2.StreamSummaryRequest,
) -> Sequence[summarization_pb2.StreamSummaryResponse]:
    text = " ".join(each.passage.text for each in request.sources)
    return (
        summarization_pb2.StreamSummaryResponse(text_delta=answer_pb2.TextDelta(text=text)),
        summarization_pb2.StreamSummaryResponse(
            completed=summarization_pb2.SummaryCompleted(outcome=answer_pb2.ANSWER_OUTCOME_ANSWERED)
        ),
    )


@asynccontextmanager
async def upstreams(*, hold: bool = False) -> AsyncGenerator[Upstreams]:
    """Serve all upstreams on one port until the block ends."""
    served = Upstreams(hold=hold)
    server = aio.server(options=[("grpc.http2.max_ping_strikes", 0)])  # as services allow pings
    understanding_grpc.add_QueryUnderstandingServiceServicer_to_server(served, server)
    retrieval_pb2_grpc.add_RetrievalServiceServicer_to_server(served, server)
    reranking_pb2_grpc.add_RerankingServiceServicer_to_server(served, server)
    summarization_pb2_grpc.add_SummarizationServiceServicer_to_server(served, server)
    servicer = health.HealthServicer()
    await servicer.set("", health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    served.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        yield served
    finally:
        await server.stop(None)


def settings_before(address: str, /, **changes: object) -> Settings:
    """Return settings of a gateway on a port of its own, whose services are all at `address`.

    On a busy machine answers go without nothing, unless `changes` leave a stage little time.
    """
    services = ("query_understanding", "retrieval", "reranking", "summarization")
    settings: dict[str, object] = {
        "address": "127.0.0.1:0",
        "metrics_address": "127.0.0.1:0",
        "drain_seconds": 0,
        **{f"{name}_address": address for name in services},
        **{f"{stage}_seconds": 60 for stage in PATIENT},
    }
    return Settings.model_validate(settings | changes)
