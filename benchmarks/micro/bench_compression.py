"""What gRPC's compression costs and saves on the messages between services.

The texts are those of the handbook, cut as large as passages are. Plain and compressed calls take
turns, and the median round counts. Processor time is that of client and server together.
"""

import argparse
import asyncio
import zlib
from collections.abc import Mapping
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from statistics import median
from time import process_time

import grpc
from benchmarks.claims import Claim, publish
from benchmarks.quality.question_sets import HANDBOOK
from grpc import aio

PASSAGES = (1, 5, 15)
PASSAGE_CHARS = 800
CALLS = 100
WAYS = {"plain": grpc.Compression.NoCompression, "gzip": grpc.Compression.Gzip}
_METHOD = "/bench.Echo/Take"


def message(passages: int) -> bytes:
    """Return as much text of the handbook as so many passages have."""
    files = sorted((HANDBOOK / "documents").rglob("*.md"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    starts = range(0, len(text), PASSAGE_CHARS)
    cut = (text[start : start + PASSAGE_CHARS] for start in islice(starts, passages))
    return "".join(cut).encode()


async def cost(channel: aio.Channel, data: bytes, way: grpc.Compression) -> float:
    """Return the processor time of a call, in microseconds."""
    call: aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(_METHOD)
    began = process_time()
    for _ in range(CALLS):
        await call(data, compression=way)
    return (process_time() - began) / CALLS * 1e6


async def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Return by size what compression saves and costs."""

    async def take(_: bytes, __: object) -> bytes:
        return b""

    handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(take)
    async with AsyncExitStack() as stack:
        server = aio.server()
        server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler("bench.Echo", {"Take": handler})]
        )
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        stack.push_async_callback(server.stop, None)
        channel = await stack.enter_async_context(aio.insecure_channel(f"127.0.0.1:{port}"))
        return {f"{count} passages": await compared(channel, count, rounds) for count in PASSAGES}


async def compared(channel: aio.Channel, passages: int, rounds: int) -> dict[str, float]:
    """Return what becomes of a message of so many passages."""
    data = message(passages)
    times: Mapping[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, way in WAYS.items():
            times[name].append(await cost(channel, data, way))
    saved = len(data) - len(zlib.compress(data))
    more = median(times["gzip"]) - median(times["plain"])
    return {
        "bytes": len(data),
        "bytes_saved": saved,
        "plain_us": round(median(times["plain"]), 1),
        "gzip_us": round(median(times["gzip"]), 1),
        "pays_below_mbit_per_second": round(saved * 8 / more, 1),
    }


def main() -> None:
    """Measure, print and, if asked for, write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    results = asyncio.run(measure(given.rounds))
    publish(
        given.output,
        benchmark="bench_compression",
        settings={"calls": CALLS, "rounds": given.rounds, "passage_chars": PASSAGE_CHARS},
        results=results,
        claims=[
            Claim(
                f"line in Mbit/s below which gzip is quicker than it costs, {size}",
                found["pays_below_mbit_per_second"],
                None,
                f"saves {found['bytes_saved']:g} of {found['bytes']:g} bytes for "
                f"{found['gzip_us'] - found['plain_us']:.0f} us of processor time",
            )
            for size, found in results.items()
        ],
    )


if __name__ == "__main__":
    main()
