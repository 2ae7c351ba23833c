"""What the trace of an answer tells, however the answer ends: real services, real exports."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path

import grpc
import pytest
from grpc import aio

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.client import askmesh_client
from support.answer_events import events_of, first_event
from support.otlp import CollectedSpan, otlp_collector
from support.trace_tree import TraceTree, are_whole, traces
from support.traced_mesh import NOWHERE, QUESTION, TracedMesh, traced_mesh

STATUS = "rpc.response.status_code"
ASKED = pb2.StreamAnswerRequest(question=QUESTION)
OTHER = pb2.StreamAnswerRequest(question="Explain how the goats are milked.")
ROOT = "gateway: StreamAnswer"
ANSWER = f"{ROOT} > gateway: answer"
UNDERSTANDING = f"{ANSWER} > gateway: query_understanding > gateway: UnderstandQuestion"
RETRIEVAL = f"{ANSWER} > gateway: retrieval > gateway: RetrievePassages"
RERANKING = f"{ANSWER} > gateway: reranking > gateway: RankPassages"
WRITING = f"{ANSWER} > gateway: summarization > gateway: StreamSummary"
HOPS = {
    f"{UNDERSTANDING} > query_understanding: UnderstandQuestion",
    f"{RETRIEVAL} > retrieval: RetrievePassages",
    f"{RETRIEVAL} > retrieval: RetrievePassages > retrieval: keyword_search",
    f"{RETRIEVAL} > retrieval: RetrievePassages > retrieval: vector_search",
    f"{RERANKING} > reranking: RankPassages > reranking: rank passages",
    f"{WRITING} > summarization: StreamSummary > summarization: summarization",
}


async def answered(mesh: TracedMesh) -> list[pb2.AnswerEvent]:
    return await events_of(mesh.gateway.StreamAnswer(ASKED, timeout=60))


async def traced(
    folder: Path,
    act: Callable[[TracedMesh], Awaitable[object]],
    *,
    count: int = 1,
    without: tuple[str, ...] = (),
    **settings: float,
) -> list[TraceTree]:
    """Return the traces of what is done with a mesh, `count` of them."""
    async with otlp_collector() as collector:
        async with traced_mesh(
            folder, collector.address, without=without, settings=settings
        ) as mesh:
            await act(mesh)
            await collector.wait_until(lambda spans: are_whole(spans, count=count))
        return traces(collector.spans)


async def test_a_question_of_a_client_that_exports_nothing_is_one_trace_from_the_gateway_on(
    tmp_path: Path,
) -> None:
    async def act(mesh: TracedMesh) -> None:
        async with (
            askmesh_client(mesh.address, NOWHERE) as client,
            aclosing(client.ask(QUESTION)) as events,
        ):
            assert [event async for event in events]

    (tree,) = await traced(tmp_path, act)
    assert tree.path(tree.root) == ROOT
    assert tree.root.kind == "SERVER"
    assert tree.paths() >= HOPS
    assert {span.service for span in tree.spans} == {
        *("gateway", "query_understanding", "retrieval", "reranking", "summarization"),
    }


async def test_an_answer_that_lacks_nothing_has_no_error_in_its_trace(tmp_path: Path) -> None:
    (tree,) = await traced(tmp_path, answered)
    assert not tree.errors
    assert {span.attributes.get(STATUS, "OK") for span in tree.spans} == {"OK"}
    told = tree.one("gateway", "answer").attributes
    assert told["askmesh.answer.outcome"] == "answered"
    assert told["askmesh.answer.degraded"] == "False"
    assert 0 < float(told["askmesh.answer.first_text_seconds"]) < duration(tree.root)
    assert tree.root.attributes["askmesh.answer.cache"] == "miss"
    assert tree.root.attributes["askmesh.answer.id"]
    assert tree.root.attributes["askmesh.tenant"] == "default"


async def test_durations_add_up_from_the_leaves_to_the_root(tmp_path: Path) -> None:
    (tree,) = await traced(tmp_path, answered)
    for span in tree.spans:
        for child in tree.children(span):
            assert span.start <= child.start <= child.end <= span.end, tree.path(child)
    stages = [tree.one("gateway", name) for name in ("retrieval", "reranking", "summarization")]
    for earlier, later in pairwise(stages):
        assert earlier.end <= later.start
    assert sum(map(duration, stages)) <= duration(tree.one("gateway", "answer"))


async def test_an_answer_from_the_cache_is_one_span_that_says_so(tmp_path: Path) -> None:
    async def act(mesh: TracedMesh) -> None:
        await answered(mesh)
        await answered(mesh)

    made, found = await traced(tmp_path, act, count=2)
    assert found.paths() == {ROOT}
    assert not found.errors
    assert found.root.attributes["askmesh.answer.cache"] == "hit"
    assert made.root.attributes["askmesh.answer.cache"] == "miss"


async def test_a_question_that_joins_another_names_the_making_that_it_shares(
    tmp_path: Path,
) -> None:
    async def act(mesh: TracedMesh) -> None:
        mesh.writing.is_held = True
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(answered(mesh))
            await mesh.writing.reached.wait()
            joining = mesh.gateway.StreamAnswer(ASKED, timeout=60)
            await first_event(joining)
            mesh.writing.released.set()
            await events_of(joining)

    made, joined = await traced(tmp_path, act, count=2)
    assert made.paths() >= HOPS
    assert joined.paths() == {ROOT}
    assert joined.root.attributes["askmesh.answer.cache"] == "joined"
    shared = "askmesh.answer.making"
    assert joined.root.attributes[shared] == made.root.attributes[shared]
    assert joined.root.attributes["askmesh.answer.id"] != made.root.attributes["askmesh.answer.id"]
    assert not made.errors | joined.errors


async def test_an_answer_that_its_client_cancels_is_no_error_anywhere(tmp_path: Path) -> None:
    async def act(mesh: TracedMesh) -> None:
        mesh.writing.is_held = True
        call = mesh.gateway.StreamAnswer(ASKED, timeout=60)
        event = await first_event(call)
        await mesh.writing.reached.wait()
        cancel = pb2.CancelAnswerRequest(answer_id=event.answer_id)
        assert (await mesh.gateway.CancelAnswer(cancel, timeout=60)).cancelled
        await events_of(call)

    tree, cancelling = await traced(tmp_path, act, count=2)
    assert not tree.errors | cancelling.errors
    assert tree.root.attributes[STATUS] == "OK"
    assert tree.one("gateway", "answer").attributes["askmesh.answer.outcome"] == "unfinished"
    assert both(tree, "gateway", "summarization", "StreamSummary") == {"CANCELLED"}
    assert cancelling.paths() == {"gateway: CancelAnswer"}


async def test_a_client_that_leaves_makes_no_error_and_its_answer_ends(tmp_path: Path) -> None:
    async def act(mesh: TracedMesh) -> None:
        mesh.writing.is_held = True
        call = mesh.gateway.StreamAnswer(ASKED, timeout=60)
        await first_event(call)
        await mesh.writing.reached.wait()
        call.cancel()

    (tree,) = await traced(tmp_path, act, abandoned_seconds=0)
    assert not tree.errors
    assert tree.root.attributes[STATUS] == "CANCELLED"
    assert both(tree, "gateway", "summarization", "StreamSummary") == {"CANCELLED"}


async def test_a_deadline_that_passes_is_the_status_of_all_who_waited(tmp_path: Path) -> None:
    async def act(mesh: TracedMesh) -> None:
        mesh.vectors.is_stuck = True
        with pytest.raises(aio.AioRpcError) as caught:
            await events_of(mesh.gateway.StreamAnswer(ASKED, timeout=3))
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED

    (tree,) = await traced(tmp_path, act)
    late = {ROOT, "gateway: answer", "gateway: retrieval"}
    assert tree.errors >= late | {"gateway: RetrievePassages", "retrieval: RetrievePassages"}
    assert tree.root.attributes[STATUS] == tree.root.attributes["error.type"]
    assert tree.root.attributes[STATUS] == "DEADLINE_EXCEEDED"
    assert both(tree, "gateway", "retrieval", "RetrievePassages") == {"DEADLINE_EXCEEDED"}


async def test_a_question_that_is_refused_is_one_span_and_no_error(tmp_path: Path) -> None:
    async def act(mesh: TracedMesh) -> None:
        mesh.writing.is_held = True
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(answered(mesh))
            await mesh.writing.reached.wait()
            with pytest.raises(aio.AioRpcError):
                await events_of(mesh.gateway.StreamAnswer(OTHER, timeout=60))
            mesh.writing.released.set()

    made, refused = await traced(tmp_path, act, count=2, max_active_answers=1)
    assert refused.paths() == {ROOT}
    assert not made.errors | refused.errors
    assert refused.root.attributes[STATUS] == "RESOURCE_EXHAUSTED"
    assert refused.root.attributes["askmesh.error.reason"] == "TOO_MANY_ANSWERS"


async def test_what_an_answer_goes_on_without_is_an_error_of_its_own_alone(
    tmp_path: Path,
) -> None:
    (tree,) = await traced(tmp_path, answered, without=("reranking",))
    assert tree.errors == {"gateway: reranking", "gateway: RankPassages"}
    assert tree.root.attributes[STATUS] == "OK"
    told = tree.one("gateway", "answer").attributes
    assert told["askmesh.answer.outcome"] == "answered"
    assert told["askmesh.answer.degraded"] == "True"
    assert "reranking_unavailable" in told["askmesh.answer.degradations"]


async def test_a_search_that_the_plan_made_pointless_is_no_error(tmp_path: Path) -> None:
    async def act(mesh: TracedMesh) -> None:
        mesh.vectors.is_stuck = True
        await events_of(mesh.gateway.StreamAnswer(GREETING, timeout=60))

    (tree,) = await traced(tmp_path, act)
    assert f"{RETRIEVAL}" in tree.paths()
    assert not tree.errors
    assert tree.one("gateway", "RetrievePassages").attributes[STATUS] == "CANCELLED"
    assert tree.one("gateway", "answer").attributes["askmesh.answer.outcome"] == "small_talk"


GREETING = pb2.StreamAnswerRequest(question="Hello!")


def both(tree: TraceTree, caller: str, service: str, method: str) -> set[str]:
    """Return what both sides of a call say of its end."""
    return {
        tree.one(caller, method, "CLIENT").attributes[STATUS],
        tree.one(service, method, "SERVER").attributes[STATUS],
    }


def duration(span: CollectedSpan) -> float:
    return (span.end - span.start) / 1e9
