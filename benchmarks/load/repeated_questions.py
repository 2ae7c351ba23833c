"""Questions as they repeat: without a cache of answers, with one, and with other words.

    askmesh up --triton 127.0.0.1:9 --base-port 23000   # in another terminal, a folder ingested
    python -m benchmarks.load.repeated_questions DATA --base-port 23000 --output FILE

Questions that people typed (`query_strings` in DATA) come as often as Zipf's law says; half of them
in other words, by rule. Each gateway is a process of its own before the services of one mesh, and
gets other questions, so that none finds what another left in the caches below. Without a language
model an answer is a quote or an abstention: what a hit saves is understanding, search and scores.
"""

import argparse
import asyncio
import random
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.claims import Claim, publish
from benchmarks.load.gateway_processes import Process
from benchmarks.quality.other_words import SAME
from benchmarks.quality.same_questions import typed_questions
from grpc import aio

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.cli.layout import local_address
from support.ports import free_address

SEED = 5
CALLERS = 4
CALL_SECONDS = 60.0
IN_OTHER_WORDS = 0.5
WAYS: Mapping[str, Mapping[str, str]] = {
    "off": {"GATEWAY_ANSWER_CACHE_SECONDS": "0"},
    "exact": {},
    "semantic": {"GATEWAY_OTHER_WORDS_ERROR": "0.001"},
}
_UPSTREAMS = ("query_understanding", "retrieval", "reranking", "summarization")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one gateway did with its questions."""

    statuses: dict[str, int]
    p50_ms: float
    p95_ms: float
    p99_ms: float
    made: float


def traffic(questions: Sequence[str], count: int, chance: random.Random) -> Iterator[str]:
    """Yield so many questions, the first ones most often, some in other words."""
    weights = [1 / rank for rank, _ in enumerate(questions, start=1)]
    for question in chance.choices(questions, weights, k=count):
        edit = chance.choice(list(SAME.values()))
        other = edit(question) if chance.random() < IN_OTHER_WORDS else None
        yield (other or question).strip()


async def taken(stub: GatewayServiceStub, questions: Sequence[str]) -> Taken:
    """Ask all, by a few callers at once."""
    waiting, seconds, statuses = iter(questions), list[float](), Counter[str]()

    async def caller() -> None:
        for question in waiting:
            asked = pb2.StreamAnswerRequest(question=question, accepts_batches=True)
            begin, last = perf_counter(), pb2.AnswerEvent()
            async for message in stub.StreamAnswer(asked, timeout=CALL_SECONDS):
                last = message.batch.events[-1] if message.batch.events else message.event
            seconds.append(perf_counter() - begin)
            statuses[pb2.CacheStatus.Name(last.completed.cache_status)] += 1

    async with asyncio.TaskGroup() as callers:
        for _ in range(CALLERS):
            callers.create_task(caller())
    parts = [round(each * 1000, 1) for each in statistics.quantiles(seconds, n=100)]
    made = statuses["CACHE_STATUS_MISS"] / len(seconds)
    return Taken(dict(statuses), parts[49], parts[94], parts[98], round(made, 3))


async def at_gateway(
    base_port: int, variables: Mapping[str, str], questions: Sequence[str]
) -> Taken:
    """Ask a gateway of its own before the services of a mesh."""
    address = free_address()
    upstreams = {
        f"GATEWAY_{name.upper()}_ADDRESS": local_address(name, base_port) for name in _UPSTREAMS
    }
    own = {"GATEWAY_ADDRESS": address, "GATEWAY_METRICS_ADDRESS": "127.0.0.1:0"}
    process = Process("askmesh.gateway", variables={**upstreams, **own, **variables})
    try:
        await process.start(address)
        async with aio.insecure_channel(address) as channel:
            return await taken(GatewayServiceStub(channel), questions)
    finally:
        await process.kill()


async def measure(data: Path, base_port: int, different: int, count: int) -> dict[str, Taken]:
    """Ask each gateway in turn."""
    chance = random.Random(SEED)
    drawn = chance.sample(typed_questions(data / "query_strings"), different * len(WAYS))
    return {
        way: await at_gateway(
            base_port, variables, list(traffic(drawn[place :: len(WAYS)], count, chance))
        )
        for place, (way, variables) in enumerate(WAYS.items())
    }


def main() -> None:
    """Read the options, measure, and write the claims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--base-port", type=int, default=7400)
    parser.add_argument("--different", type=int, default=150)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    results = asyncio.run(measure(given.data, given.base_port, given.different, given.questions))
    publish(
        given.output,
        benchmark="repeated_questions",
        settings={
            "different": given.different,
            "questions": given.questions,
            "callers": CALLERS,
            "in_other_words": IN_OTHER_WORDS,
        },
        results={way: asdict(each) for way, each in results.items()},
        claims=[
            claim
            for way, each in results.items()
            for claim in (
                Claim(
                    f"share of answers that were made, answer cache {way}",
                    each.made,
                    None,
                    "Zipf's law over typed questions, half in other words by rule; extractive",
                ),
                Claim(f"p50 of an answer, answer cache {way}, ms", each.p50_ms),
                Claim(f"p95 of an answer, answer cache {way}, ms", each.p95_ms),
            )
        ],
    )


if __name__ == "__main__":
    main()
