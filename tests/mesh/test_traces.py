"""One question, one trace through processes of a mesh and its Triton, however the answer ends."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import grpc
import pytest
from grpc import aio
from psutil import Process

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.cli.layout import local_address
from support.answer_events import events_of, first_event
from support.documents_of_a_farm import ingest_farm_documents
from support.mesh import PATIENT, RunningMesh, running_mesh
from support.otlp import CollectedSpan
from support.otlp_thread import CollectorThread, collector_thread
from support.redis_server import redis_server
from support.signals import kill, processes_of, stopped
from support.trace_tree import TraceTree, label, traces

SERVICES = frozenset(
    {"gateway", "query_understanding", "retrieval", "reranking", "summarization", "triton"}
)
STATUS, CACHE, ID = "rpc.response.status_code", "askmesh.answer.cache", "askmesh.answer.id"
ROOT, SECONDS = "gateway: StreamAnswer", 60
LONG = "Explain in detail how Hollin Farm keeps goats and makes cheese."


@dataclass(frozen=True, slots=True)
class Farm:
    """A mesh with two gateways, and where its traces go."""

    mesh: RunningMesh
    home: Path
    collector: CollectorThread

    def processes(self, service: str) -> list[int]:
        return processes_of(f"askmesh.{service}", self.home)

    async def trace_with(
        self, is_root: Callable[[CollectedSpan], bool], services: frozenset[str] = frozenset()
    ) -> TraceTree:
        """Return the trace of such a root as soon as all of it, of all `services`, is there."""

        def lacks(spans: Sequence[CollectedSpan]) -> set[str]:
            return what_lacks(of_one(spans, is_root), services)

        try:
            await asyncio.to_thread(self.collector.wait_until, lambda spans: not lacks(spans))
        except TimeoutError:
            seen = self.collector.collector.spans
            told = Counter(span.service for span in seen)
            pytest.fail(f"the trace lacks {lacks(seen)}; all that was told: {told}")
        (tree,) = traces(of_one(self.collector.collector.spans, is_root))
        return tree

    async def trace_of(
        self, answer_id: str, method: str = "StreamAnswer", services: frozenset[str] = frozenset()
    ) -> TraceTree:
        """Return the trace of the call of a method that gave an answer."""
        return await self.trace_with(partial(is_answer, answer_id, method), services)

    async def first_whole_trace_of(self, answer_ids: AsyncGenerator[str]) -> TraceTree:
        """Return the trace of the first answer in which Triton goes on.

        Of one stream in nine Triton begins a trace of its own, though the stream names its parent.
        """
        begun_alone = 0
        async with aclosing(answer_ids):
            async for answer_id in answer_ids:
                if await self._triton_goes_on(answer_id, begun_alone):
                    return await self.trace_of(answer_id, services=SERVICES)
                begun_alone = triton_traces_begun_alone(self.collector.collector.spans)
        raise AssertionError("Triton goes on in no trace of a table that a model has made")

    async def _triton_goes_on(self, answer_id: str, begun_alone: int) -> bool:
        def goes_on(spans: Sequence[CollectedSpan]) -> bool:
            of_answer = of_one(spans, partial(is_answer, answer_id, "StreamAnswer"))
            return any(span.service == "triton" for span in of_answer)

        def is_told(spans: Sequence[CollectedSpan]) -> bool:
            return goes_on(spans) or triton_traces_begun_alone(spans) > begun_alone

        await asyncio.to_thread(self.collector.wait_until, is_told)
        return goes_on(self.collector.collector.spans)

    def second_gateway(self) -> int:
        """Return the process of the gateway that is not the first."""
        (process,) = (
            each
            for each in self.processes("gateway")
            if Process(each).environ()["GATEWAY_ADDRESS"] != self.mesh.gateway
        )
        return process

    async def until_it_writes(self) -> None:
        """Return while the language model writes."""
        async with asyncio.timeout(SECONDS):
            while not await asyncio.to_thread(self.mesh.generations_in_flight):
                pass


def is_answer(answer_id: str, method: str, span: CollectedSpan) -> bool:
    """Return whether a span is the call of a method that gave an answer."""
    return span.attributes.get(ID) == answer_id and span.name.endswith(method)


def triton_traces_begun_alone(spans: Iterable[CollectedSpan]) -> int:
    """Return how many traces Triton has begun without a parent."""
    return sum(span.service == "triton" and not span.parent_id for span in spans)


def of_one(
    spans: Sequence[CollectedSpan], is_root: Callable[[CollectedSpan], bool]
) -> list[CollectedSpan]:
    """Return the spans of the trace with such a root, none if it is not there yet."""
    trace_ids = {span.trace_id for span in spans if is_root(span)}
    return [span for span in spans if span.trace_id in trace_ids]


def what_lacks(spans: Sequence[CollectedSpan], services: frozenset[str]) -> set[str]:
    """Return what a trace lacks yet: services, a root, parents, good calls' other sides."""
    known, parents = {span.span_id for span in spans}, {span.parent_id for span in spans}
    lacking = set(services - {span.service for span in spans})
    for span in spans:
        answered = span.kind == "CLIENT" and span.attributes.get(STATUS) == "OK"
        if answered and span.span_id not in parents:
            lacking.add(f"the other side of {label(span)}")
        if span.parent_id and span.parent_id not in known:
            lacking.add(f"the parent of {label(span)}")
    return lacking if "" in parents else lacking | {"a root"}


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Generator[Farm]:
    home = tmp_path_factory.mktemp("home")
    with (
        collector_thread() as collector,
        redis_server(tmp_path_factory.mktemp("redis")) as redis,
        running_mesh(
            home,
            *("--cache", redis.address, "--replicas", "gateway=2"),
            *("--otlp-endpoint", collector.address, "--triton-otlp-url", collector.http_url),
            environment=PATIENT,
        ) as running,
    ):
        ingest_farm_documents(running.base_port, tmp_path_factory.mktemp("farm"))
        yield Farm(running, home, collector)
        print(running.output)  # noqa: T201 - is shown beside a failure


@pytest.fixture
async def gateways(farm: Farm) -> AsyncGenerator[Sequence[GatewayServiceStub]]:
    addresses = [local_address(name, farm.mesh.base_port) for name in ("gateway", "gateway-2")]
    async with (
        aio.insecure_channel(addresses[0]) as one,
        aio.insecure_channel(addresses[1]) as other,
    ):
        yield [GatewayServiceStub(one), GatewayServiceStub(other)]


@pytest.fixture
def gateway(gateways: Sequence[GatewayServiceStub]) -> GatewayServiceStub:
    return gateways[0]


async def answer_id_of(gateway: GatewayServiceStub, question: str) -> str:
    """Ask, read the answer, and return its id."""
    return (await _last_event(gateway, question)).answer_id


async def whole_answer_id_of(gateway: GatewayServiceStub, question: str) -> str:
    """Ask until the answer goes without nothing, as it may on a busy machine; return its id."""
    async with asyncio.timeout(SECONDS):
        while True:
            last = await _last_event(gateway, question)
            if not last.completed.degradations:
                return last.answer_id


async def written_table_ids(
    gateway: GatewayServiceStub, questions: Iterable[str]
) -> AsyncGenerator[str]:
    """Yield the ids of answers that go without nothing and whose tables a model has made.

    On a busy machine, what is found may not do for a model that decides no doubts, and what it has
    once written is remembered: so something else is asked each time.
    """
    for question in questions:
        last = await _last_event(gateway, question, wants_table=True)
        if last.completed.usage.model and not last.completed.degradations:
            yield last.answer_id


async def _last_event(
    gateway: GatewayServiceStub, question: str, *, wants_table: bool = False
) -> pb2.AnswerEvent:
    asked = pb2.StreamAnswerRequest(question=question, wants_table=wants_table)
    return (await events_of(gateway.StreamAnswer(asked, timeout=SECONDS)))[-1]


async def test_an_answer_is_a_trace_of_all_services_whose_durations_add_up(
    farm: Farm, gateway: GatewayServiceStub
) -> None:
    topics = ("goats", "herds", "milking", "ash cheese", "cellar", "Toggenburg goats", "Boer herd")
    asked = (f"Explain how Hollin Farm keeps its {topic}." for topic in topics)
    tree = await farm.first_whole_trace_of(written_table_ids(gateway, asked))
    assert tree.path(tree.root) == ROOT
    assert {span.service for span in tree.spans} == SERVICES
    assert not tree.errors
    assert {span.attributes.get(STATUS, "OK") for span in tree.spans} == {"OK"}
    assert tree.root.attributes[CACHE] == "miss"
    timed = [span for span in tree.spans if span.service != "triton"]  # whose JSON has no times
    for span in timed:
        for child in tree.children(span):
            if child in timed:
                assert span.start <= child.start <= child.end <= span.end, tree.path(child)


async def test_an_answer_from_the_cache_is_one_span_that_says_so(
    farm: Farm, gateways: Sequence[GatewayServiceStub]
) -> None:
    question = "Who makes the ash cheese?"
    await whole_answer_id_of(gateways[0], question)
    tree = await farm.trace_of(await answer_id_of(gateways[1], question))
    assert tree.paths() == {ROOT}
    assert (tree.root.attributes[CACHE], tree.root.attributes[STATUS]) == ("hit", "OK")
    assert not tree.errors


async def test_a_question_that_joins_another_is_one_span_that_names_what_it_shares(
    farm: Farm, gateway: GatewayServiceStub
) -> None:
    asked = pb2.StreamAnswerRequest(question=LONG, wants_table=True)
    making = gateway.StreamAnswer(asked, timeout=SECONDS)
    first = await first_event(making)
    await farm.until_it_writes()
    joined_id = (await events_of(gateway.StreamAnswer(asked, timeout=SECONDS)))[-1].answer_id
    await events_of(making)
    made, joined = await farm.trace_of(first.answer_id), await farm.trace_of(joined_id)
    assert joined.paths() == {ROOT}
    assert joined.root.attributes[CACHE] == "joined"
    shared = "askmesh.answer.making"
    assert joined.root.attributes[shared] == made.root.attributes[shared]
    assert not made.errors | joined.errors


async def test_an_answer_that_its_client_cancels_is_no_error_anywhere(
    farm: Farm, gateway: GatewayServiceStub
) -> None:
    asked = pb2.StreamAnswerRequest(question=f"{LONG} Take your time.", wants_table=True)
    call = gateway.StreamAnswer(asked, timeout=SECONDS)
    answer_id = (await first_event(call)).answer_id
    await farm.until_it_writes()
    cancel = pb2.CancelAnswerRequest(answer_id=answer_id)
    assert (await gateway.CancelAnswer(cancel, timeout=SECONDS)).cancelled
    await events_of(call)
    tree = await farm.trace_of(answer_id, services=frozenset({"summarization"}))
    assert not tree.errors
    assert tree.root.attributes[STATUS] == "OK"
    assert tree.one("gateway", "answer").attributes["askmesh.answer.outcome"] == "unfinished"
    assert tree.one("summarization", "StreamSummary").attributes[STATUS] == "CANCELLED"


async def test_a_deadline_that_passes_is_the_status_of_the_answer(
    farm: Farm, gateway: GatewayServiceStub
) -> None:
    (retrieval,) = farm.processes("retrieval")
    asked = pb2.StreamAnswerRequest(question="How warm is the cellar of Hollin Farm?")
    with stopped(retrieval), pytest.raises(aio.AioRpcError) as caught:
        await events_of(gateway.StreamAnswer(asked, timeout=3))
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    late = "DEADLINE_EXCEEDED"
    tree = await farm.trace_with(
        lambda span: not span.parent_id and span.attributes.get(STATUS) == late
    )
    assert tree.path(tree.root) == ROOT
    assert ROOT in tree.errors


async def test_a_question_that_is_refused_is_one_span_and_no_error(
    farm: Farm, gateway: GatewayServiceStub
) -> None:
    with pytest.raises(aio.AioRpcError):
        await answer_id_of(gateway, " ")
    refused = "INVALID_ARGUMENT"
    tree = await farm.trace_with(lambda span: span.attributes.get(STATUS) == refused)
    assert tree.paths() == {ROOT}
    assert tree.root.attributes["askmesh.error.reason"] == "QUESTION_EMPTY"
    assert not tree.errors


async def test_what_an_answer_goes_on_without_is_an_error_of_its_own_alone(
    farm: Farm, gateway: GatewayServiceStub
) -> None:
    (reranking,) = farm.processes("reranking")
    with stopped(reranking):
        answer_id = await answer_id_of(gateway, "How many Boer goats are there?")
    tree = await farm.trace_of(answer_id)
    assert tree.root.attributes[STATUS] == "OK"
    assert tree.errors >= {"gateway: reranking", "gateway: RankPassages"}
    assert tree.errors <= {"gateway: reranking", "gateway: RankPassages", "reranking: RankPassages"}
    told = tree.one("gateway", "answer").attributes
    assert told["askmesh.answer.degraded"] == "True"
    assert "reranking_unavailable" in told["askmesh.answer.degradations"]


async def test_an_answer_of_a_gateway_that_was_killed_is_whole_in_the_trace_of_who_resumed_it(
    farm: Farm, gateways: Sequence[GatewayServiceStub]
) -> None:
    asked = pb2.StreamAnswerRequest(question=f"{LONG} Leave nothing out.", wants_table=True)
    answer_id = (await first_event(gateways[1].StreamAnswer(asked, timeout=SECONDS))).answer_id
    await farm.until_it_writes()
    kill(farm.second_gateway())
    whole = pb2.ResumeAnswerRequest(answer_id=answer_id)
    events = await events_of(gateways[0].ResumeAnswer(whole, timeout=SECONDS))
    assert events[-1].HasField("completed")
    without_model = SERVICES - {"triton"}  # what it wrote to its end before is remembered
    tree = await farm.trace_of(answer_id, "ResumeAnswer", without_model)
    assert tree.path(tree.root) == "gateway: ResumeAnswer"
    assert tree.root.attributes[STATUS] == "OK"
    assert not tree.errors
