"""Equal questions at two gateways that share a Redis: many at once, and again when one has ended.

The other services are served by this process, with canned replies, so what is measured is the
gateways' own work. Processor time is that of the gateways' processes alone: wall-clock figures of a
busy machine say little.
"""

import argparse
import asyncio
import statistics
import tempfile
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks.claims import Claim, publish
from benchmarks.load.gateway_processes import Process, gateway
from grpc import aio

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from support.ports import free_address
from support.redis_server import redis_server
from support.upstreams import Upstreams, upstreams

MADE = ("UnderstandQuestion", "RetrievePassages", "RankPassages", "StreamSummary")
CALL_SECONDS = 300.0
CALLERS = 16
QUESTION = "What is a mesh?"


@dataclass
class Scene:
    """Two gateways, and the services behind them."""

    stubs: Sequence[GatewayServiceStub]
    processes: Sequence[Process]
    behind: Upstreams
    begun: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def ask(self, number: int, request_id: str = "") -> list[pb2.AnswerEvent]:
        """Return the events of an answer, from one of the gateways."""
        question = pb2.StreamAnswerRequest(
            question=QUESTION, request_id=request_id, accepts_batches=True
        )
        stub = self.stubs[number % 2]
        events: list[pb2.AnswerEvent] = []
        try:
            async for message in stub.StreamAnswer(question, timeout=CALL_SECONDS):
                if not events:
                    self.begun.release()
                events += message.batch.events or [message.event] * message.HasField("event")
        except aio.AioRpcError:  # a gateway without processor time loses its answer to the other
            if not events:
                raise
            resumed = pb2.ResumeAnswerRequest(
                answer_id=events[-1].answer_id, after_sequence=events[-1].sequence
            )
            async for again in stub.ResumeAnswer(resumed, timeout=CALL_SECONDS):
                events += [again.event] * again.HasField("event")
        return events

    def processor_seconds(self) -> float:
        """Return how long the processor has worked for the gateways."""
        return sum(process.processor_seconds() for process in self.processes)


@dataclass(frozen=True, slots=True)
class Together:
    """What equal questions at once have cost, and what they got."""

    made: dict[str, int]
    statuses: dict[str, int]
    different_streams: int
    different_ids: int


@asynccontextmanager
async def gateways() -> AsyncGenerator[Scene]:
    """Run two gateways with one Redis."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        redis = stack.enter_context(redis_server(Path(folder), "--appendonly", "no"))
        behind = await stack.enter_async_context(upstreams(hold=True))
        addresses = [free_address() for _ in range(2)]
        processes = [
            gateway(address, behind=behind.address, writers=behind.address, cache=redis.address)
            for address in addresses
        ]
        for process, address in zip(processes, addresses, strict=True):
            stack.push_async_callback(process.kill)
            await process.start(address)
        channels = [
            await stack.enter_async_context(aio.insecure_channel(address)) for address in addresses
        ]
        yield Scene([GatewayServiceStub(channel) for channel in channels], processes, behind)


async def at_once(scene: Scene, count: int) -> Together:
    """Ask the same many times at once; the answer ends once all have asked."""
    async with asyncio.TaskGroup() as asking:
        asked = [asking.create_task(scene.ask(number)) for number in range(count)]
        for _ in asked:
            await scene.begun.acquire()
        scene.behind.finish.set()
    answers = [each.result() for each in asked]
    statuses = Counter(
        pb2.CacheStatus.Name(events[-1].completed.cache_status) for events in answers
    )
    return Together(
        made={name: scene.behind.calls[name] for name in MADE},
        statuses=dict(statuses),
        different_streams=len({_common(events) for events in answers}),
        different_ids=len({events[0].answer_id for events in answers}),
    )


async def hits(scene: Scene, count: int, *, named: bool = False) -> dict[str, float]:
    """Ask for what is kept: one after the other, then by many callers.

    Each request has an id of its own if they are to be `named`, as those of the client are.
    """
    alone: list[float] = []
    for number in range(count // 4):
        begin = perf_counter()
        await scene.ask(number, _request_id(named=named))
        alone.append(perf_counter() - begin)
    worked, begin = scene.processor_seconds(), perf_counter()

    async def caller(number: int) -> None:
        for _ in range(count // CALLERS):
            await scene.ask(number, _request_id(named=named))

    async with asyncio.TaskGroup() as callers:
        for number in range(CALLERS):
            callers.create_task(caller(number))
    asked = count // CALLERS * CALLERS
    return {
        "p50_ms": statistics.median(alone) * 1000,
        "per_second": asked / (perf_counter() - begin),
        "processor_ms": (scene.processor_seconds() - worked) / asked * 1000,
    }


def _request_id(*, named: bool) -> str:
    return uuid.uuid4().hex if named else ""


def _common(events: Sequence[pb2.AnswerEvent]) -> bytes:
    """Return the bytes that are the same for all who share an answer."""
    copies = [pb2.AnswerEvent.FromString(event.SerializeToString()) for event in events]
    for copy in copies:
        copy.ClearField("answer_id")
    copies[-1].completed.ClearField("cache_status")
    return b"".join(copy.SerializeToString(deterministic=True) for copy in copies)


async def measure(count: int, hit_count: int, output: Path | None) -> None:
    """Measure both, and write the claims."""
    async with gateways() as scene:
        together = await at_once(scene, count)
        kept = await hits(scene, hit_count)
        named = await hits(scene, hit_count, named=True)
    publish(
        output,
        benchmark="equal_questions",
        settings={"at_once": count, "hits": hit_count, "callers": CALLERS},
        results={"at_once": asdict(together), "hits": kept, "named_hits": named},
        claims=[
            *(
                Claim(f"calls of {name} for {count} equal questions at two gateways", each, "= 1")
                for name, each in together.made.items()
            ),
            Claim(
                f"different streams of {count} equal questions at two gateways, but for ids",
                together.different_streams,
                "= 1",
            ),
            Claim("p50 of an answer from the cache, alone, ms", round(kept["p50_ms"], 2), "<= 3"),
            Claim(
                f"answers per second from the cache, {CALLERS} callers, two gateways",
                round(kept["per_second"]),
                ">= 800",
                "the callers share the processor with the gateways",
            ),
            Claim(
                "processor time of an answer from the cache, in the gateways, ms",
                round(kept["processor_ms"], 2),
                "<= 2.5",
                "two cores are 2.5 ms for each of 800 answers per second",
            ),
            Claim(
                "the same for requests with ids of their own, ms",
                round(named["processor_ms"], 2),
                "<= 2.5",
                "the client gives every request an id, which all gateways must know",
            ),
        ],
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at-once", type=int, default=1000)
    parser.add_argument("--hits", type=int, default=2000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    asyncio.run(measure(options.at_once, options.hits, options.output))


if __name__ == "__main__":
    main()
