"""What a question costs for which a gateway has no room, over one that it answers.

The gateway, the services behind it, which answer at once, and the client run in one process, so the
processor time of an answer is that of the gateway's own work and of all of its calls, without
search, models or writing. Rounds of answers and of refusals take turns; the median round counts.
"""

import argparse
import asyncio
import logging
import statistics
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeAlias

import grpc
import uvloop
from benchmarks.claims import Claim, publish
from grpc import aio

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest, StreamAnswerResponse
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.gateway.wiring import gateway_service
from askmesh.serving import settle
from support.upstreams import settings_before, upstreams

CALLS_PER_ROUND = 50
SECONDS = 30.0
GOAL = 0.2

Round: TypeAlias = Callable[[], Awaitable[None]]


@asynccontextmanager
async def gateway(*, hold: bool) -> AsyncGenerator[GatewayServiceStub]:
    """Run a gateway with one place, which a question keeps if it is to `hold`."""
    async with upstreams(hold=hold) as behind:
        settings = settings_before(behind.address, max_active_answers=1)
        async with (
            gateway_service(settings) as port,
            aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        ):
            stub = GatewayServiceStub(channel)
            held = stub.StreamAnswer(StreamAnswerRequest(question="What is held?"), timeout=600)
            if hold:
                await behind.until_called("StreamSummary")
            else:
                await read(held)
            yield stub
            held.cancel()


async def read(call: aio.UnaryStreamCall[StreamAnswerRequest, StreamAnswerResponse]) -> bool:
    """Read an answer to its end; return whether there is one."""
    try:
        async for _ in call:
            pass
    except aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
            raise
        return False
    return True


def round_of(stub: GatewayServiceStub, *, answered: bool) -> Round:
    """Return what asks `CALLS_PER_ROUND` questions, one after the other, all of them new."""
    numbers = count()

    async def ask() -> None:
        for _ in range(CALLS_PER_ROUND):
            question = StreamAnswerRequest(question=f"What is mesh {next(numbers)}?")
            if await read(stub.StreamAnswer(question, timeout=SECONDS)) is not answered:
                raise RuntimeError("a question was answered that should be refused, or refused")

    return ask


async def benchmark(seconds: float) -> dict[str, list[float]]:
    """Return the microseconds of processor per question of each round, for about `seconds`."""
    async with AsyncExitStack() as stack:
        rounds = {
            "answered": round_of(
                await stack.enter_async_context(gateway(hold=False)), answered=True
            ),
            "refused": round_of(
                await stack.enter_async_context(gateway(hold=True)), answered=False
            ),
        }
        for one_round in rounds.values():
            await one_round()
        settle()  # as services do at their start
        samples: dict[str, list[float]] = {name: [] for name in rounds}
        end = perf_counter() + seconds
        while perf_counter() < end:
            for name, one_round in rounds.items():
                began = process_time()
                await one_round()
                samples[name].append((process_time() - began) / CALLS_PER_ROUND * 1e6)
                await asyncio.sleep(0)
    return samples


def main() -> None:
    """Measure, print and, if asked for, write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    logging.getLogger("askmesh").setLevel(logging.ERROR)
    samples = uvloop.run(benchmark(arguments.seconds))
    medians = {name: statistics.median(each) for name, each in samples.items()}
    claim = Claim(
        "processor time of a question without room, over that of one that is answered, client and "
        "services included",
        round(medians["refused"] / medians["answered"], 3),
        f"<= {GOAL}",
        baseline="an answer whose services do nothing: no search, no model, one sentence",
    )
    publish(
        arguments.output,
        benchmark="bench_refusals",
        settings={"seconds": arguments.seconds, "calls_per_round": CALLS_PER_ROUND},
        results={
            name: {"cpu_us": round(medians[name], 1), "rounds": len(each)}
            for name, each in samples.items()
        },
        claims=[claim],
    )


if __name__ == "__main__":
    main()
