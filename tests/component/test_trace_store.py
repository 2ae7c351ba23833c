"""What a real Tempo finds, with the configurations that the chart ships and the queries in docs."""

import asyncio
import re
import time
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode, Tracer, set_span_in_context
from opentelemetry.util.types import Attributes

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from support.collectors import tiers
from support.go_programs import COLLECTOR, TEMPO, if_built
from support.tempo import RunningTempo, running_tempo
from support.traced_mesh import QUESTION, traced_mesh

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
SECOND = 1_000_000_000
PATIENCE_SECONDS = 60.0
ANSWER = "askmesh.answer"


def queries() -> list[str]:
    """Return the queries that the page for operators prints, in blocks and in its runbook."""
    text = OPERATIONS.read_text(encoding="utf-8")
    blocks = re.findall(r"```traceql\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return sorted({*lines, *re.findall(r"`(\{ [^`\n]* \})`", text)})


def one_with(*parts: str) -> str:
    """Return the only printed query that has these parts."""
    (query,) = (each for each in queries() if all(part in each for part in parts))
    return query


@pytest.fixture(scope="module")
def tempo(tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningTempo]:
    with if_built("a real Tempo"):
        TEMPO.folder()
    with running_tempo(tmp_path_factory.mktemp("tempo")) as running:
        yield running


def troubled(tracer: Tracer) -> str:
    """Make the trace of an answer in which all goes wrong that an operator looks for."""
    return made(
        tracer,
        seconds=11,
        status=StatusCode.ERROR,
        root={"askmesh.tenant": "sales", "askmesh.error.reason": "RETRIEVAL_UNAVAILABLE"},
        answer={
            f"{ANSWER}.first_text_seconds": 5.5,
            f"{ANSWER}.degraded": True,
            f"{ANSWER}.degradations": ["search_incomplete", "reranking_unavailable"],
        },
        scored=3,
        making="3f0c9d2e6b1a4f7c8d5e2a9b0c4d1e6f",
    )


def ordinary(tracer: Tracer) -> str:
    """Make the trace of an answer as most are."""
    return made(
        tracer,
        seconds=0.4,
        status=StatusCode.OK,
        root={"askmesh.tenant": "default"},
        answer={f"{ANSWER}.first_text_seconds": 0.3, f"{ANSWER}.degraded": False},
        scored=20,
        making="0" * 32,
    )


def made(
    tracer: Tracer,
    *,
    seconds: float,
    status: StatusCode,
    root: dict[str, str],
    answer: Attributes,
    scored: int,
    making: str,
) -> str:
    """Export a trace that ends now, and return its id."""
    end = time.time_ns()
    start = end - int(seconds * SECOND)
    method = "askmesh.api.gateway.v1.GatewayService/StreamAnswer"
    told = {"rpc.method": method, f"{ANSWER}.making": making, **root}
    first = tracer.start_span(method, kind=SpanKind.SERVER, attributes=told, start_time=start)
    whole = tracer.start_span(
        "answer", set_span_in_context(first), attributes=answer, start_time=start
    )
    below = set_span_in_context(whole)
    scores = {"askmesh.reranking.scored_passages": scored}
    spans = [
        tracer.start_span("reranking", below, start_time=start),
        tracer.start_span("RankPassages", below, SpanKind.CLIENT, start_time=start),
        tracer.start_span("rank passages", below, attributes=scores, start_time=start),
        tracer.start_span("text_completion ensemble", below, start_time=start),
    ]
    for span in [*spans, whole, first]:
        span.set_status(status)
        span.end(end)
    return f"{first.get_span_context().trace_id:032x}"


@pytest.fixture(scope="module")
def both(tempo: RunningTempo) -> tuple[str, str]:
    """Have Tempo keep a troubled and an ordinary answer, and return the ids of their traces."""
    provider = TracerProvider(
        resource=Resource({"service.name": "gateway"}), shutdown_on_exit=False
    )
    exporter = OTLPSpanExporter(endpoint=tempo.address, insecure=True)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    ids = troubled(tracer), ordinary(tracer)
    provider.shutdown()
    until_found(tempo, '{ name = "answer" }', ids, among=ids)
    return ids


def until_found(
    tempo: RunningTempo, query: str, wanted: Sequence[str], *, among: Sequence[str]
) -> None:
    """Wait until a query finds the wanted of these traces and none of the others."""
    end, found = time.monotonic() + PATIENCE_SECONDS, set[str]()
    while time.monotonic() < end:
        if (found := tempo.found(query) & set(among)) == set(wanted):
            return
    raise AssertionError(f"{query} finds {found} in place of {wanted}")


@pytest.mark.parametrize("query", queries())
def test_a_query_that_operators_are_told_finds_what_it_is_for_and_nothing_else(
    tempo: RunningTempo, both: tuple[str, str], query: str
) -> None:
    until_found(tempo, query, both[:1], among=both)


async def test_the_answer_of_a_real_mesh_is_found_behind_real_collectors(
    tempo: RunningTempo, both: tuple[str, str], tmp_path: Path
) -> None:
    with if_built("real collectors"):
        COLLECTOR.folder()
    with tiers(tempo.address) as running:
        async with traced_mesh(tmp_path, running.address, without=["reranking"]) as mesh:
            asked = pb2.StreamAnswerRequest(question=QUESTION)
            assert [each async for each in mesh.gateway.StreamAnswer(asked, timeout=60)]
        for query in (
            one_with("degradations"),
            one_with("degraded", ">>"),
            one_with("askmesh.tenant").replace("sales", "default"),
        ):
            await asyncio.to_thread(until_another_is_found, tempo, query, both)
        assert tempo.found(one_with("askmesh.tenant")) <= {*both}


def until_another_is_found(tempo: RunningTempo, query: str, known: Sequence[str]) -> None:
    """Wait until a query finds one trace more than those."""
    end = time.monotonic() + PATIENCE_SECONDS
    while len(tempo.found(query) - {*known}) != 1:
        assert time.monotonic() < end, query
