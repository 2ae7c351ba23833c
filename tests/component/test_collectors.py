"""Which traces a real collector keeps with the configurations that the chart ships."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Generator, Sequence
from pathlib import Path

import pytest
import yaml
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import StatusCode, set_span_in_context

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from support.collectors import (
    CONFIGURATIONS,
    Tiers,
    agent,
    before_samplers,
    decided,
    sampler,
    samples,
    tiers,
)
from support.go_programs import COLLECTOR, if_built
from support.otlp import CollectedSpan, OtlpCollector, otlp_collector
from support.trace_tree import are_whole, traces
from support.traced_mesh import QUESTION, traced_mesh

SPECIAL = 20
"""So many of each kind that is kept whole."""
OTHERS = 1_000
KINDS = ("error", "slow", "late", "degraded")
SECOND = 1_000_000_000


class SeededIds(IdGenerator):
    """The same ids in each run, so that the same traces are kept."""

    def __init__(self) -> None:
        self._random = random.Random(7)

    def generate_span_id(self) -> int:
        return self._random.getrandbits(64)

    def generate_trace_id(self) -> int:
        return self._random.getrandbits(128)


@pytest.fixture
async def store() -> AsyncGenerator[OtlpCollector]:
    async with otlp_collector() as collecting:
        yield collecting


@pytest.fixture
def running(store: OtlpCollector) -> Generator[Tiers]:
    with if_built("a real collector"):
        COLLECTOR.folder()
    with tiers(store.address) as both:
        yield both


def send(address: str, kinds: Sequence[str]) -> None:
    """Send a trace of two spans for each of `kinds`, without waiting as long as they tell."""
    provider = TracerProvider(id_generator=SeededIds(), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=address, insecure=True)
    provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=10_000))
    tracer = provider.get_tracer("test")
    for number, kind in enumerate(kinds):
        start = SECOND * (1_700_000_000 + number)
        end = start + (11 if kind == "slow" else 4) * SECOND
        root = tracer.start_span("StreamAnswer", start_time=start, attributes={"kind": kind})
        answer = tracer.start_span("answer", set_span_in_context(root), start_time=start)
        answer.set_attribute("askmesh.answer.degraded", kind == "degraded")
        answer.set_attribute("askmesh.answer.first_text_seconds", 5.5 if kind == "late" else 0.4)
        if kind == "error":
            answer.set_status(StatusCode.ERROR)
        answer.end(end)
        root.end(end)
    provider.shutdown()


def kept(spans: Sequence[CollectedSpan]) -> Counter[str]:
    return Counter(span.attributes["kind"] for span in spans if not span.parent_id)


async def test_every_error_every_slow_or_degraded_answer_and_a_tenth_of_the_rest_are_kept(
    running: Tiers, store: OtlpCollector
) -> None:
    kinds = [*KINDS * SPECIAL, *["other"] * OTHERS]
    random.Random(3).shuffle(kinds)
    await asyncio.to_thread(send, running.address, kinds)
    async with asyncio.timeout(60):
        while await asyncio.to_thread(running.decided) < len(kinds):
            pass
    count = await asyncio.to_thread(running.sampled)
    await store.wait_until(lambda spans: len(spans) == 2 * count)
    assert all(kept(store.spans)[kind] == SPECIAL for kind in KINDS)
    assert 60 <= kept(store.spans)["other"] <= 140
    assert {len(tree.spans) for tree in traces(store.spans)} == {2}


async def test_what_is_thrown_away_counts_in_the_metrics_of_spans(running: Tiers) -> None:
    await asyncio.to_thread(send, running.address, ["other"] * OTHERS)
    name = "traces_span_metrics_calls_total"
    async with asyncio.timeout(60):
        while sum(await asyncio.to_thread(samples, running.span_metrics, name)) < 2 * OTHERS:
            pass
    assert samples(running.span_metrics, name, span_name="answer") == [OTHERS]


async def test_a_degraded_answer_of_a_real_mesh_is_kept_whole(
    running: Tiers, store: OtlpCollector, tmp_path: Path
) -> None:
    async with traced_mesh(tmp_path, running.address, without=["reranking"]) as mesh:
        asked = pb2.StreamAnswerRequest(question=QUESTION)
        assert [each async for each in mesh.gateway.StreamAnswer(asked, timeout=60)]
    await store.wait_until(lambda spans: are_whole(spans, count=1))
    (tree,) = traces(store.spans)
    assert "summarization" in {span.service for span in tree.spans}
    assert tree.one("gateway", "answer").attributes["askmesh.answer.degraded"] == "True"


async def test_each_trace_has_one_of_two_samplers_whichever_its_spans_come_by(
    store: OtlpCollector, tmp_path: Path
) -> None:
    with (
        if_built("a real collector"),
        sampler(store.address) as (first, first_own),
        sampler(store.address) as (second, second_own),
        agent({}, before_samplers(tmp_path, [first, second])) as running,
    ):
        await asyncio.to_thread(send, running.address, ["error"] * OTHERS)
        await store.wait_until(lambda spans: len(spans) == 2 * OTHERS)
        counts = [0, 0]
        async with asyncio.timeout(60):
            while sum(counts) < OTHERS:  # it counts a moment after it has sent
                counts = [await asyncio.to_thread(decided, own) for own in (first_own, second_own)]
    assert sum(counts) == OTHERS
    assert min(counts) > OTHERS // 4
    assert {len(tree.spans) for tree in traces(store.spans)} == {2}


@pytest.mark.parametrize("name", ["agent", "sampler", "tempo"])
def test_the_configurations_are_yaml_without_an_address_of_ours(name: str) -> None:
    text = (CONFIGURATIONS / f"{name}.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    assert "127.0.0.1" not in text
