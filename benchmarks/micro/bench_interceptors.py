"""What tracing, metrics, deadlines and typed errors add to one call between two services.

Client and server run in one process, one call at a time, so the processor time per call is that of
both sides of a hop. The variants take turns in short rounds, and the median round counts: other
work on the machine then disturbs all of them alike.
"""

import argparse
import logging
import statistics
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeAlias, cast

import grpc
import uvloop
from benchmarks.claims import Claim, publish
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio
from opentelemetry.instrumentation.grpc import (
    aio_client_interceptors,  # pyright: ignore[reportUnknownVariableType] - has no types
    aio_server_interceptor,  # pyright: ignore[reportUnknownVariableType] - has no types
)
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import DEFAULT_OFF, DEFAULT_ON, Sampler
from prometheus_client import CollectorRegistry

from askmesh.config import ServiceSettings
from askmesh.rpc import channel_to
from askmesh.serving import serving, settle
from askmesh.telemetry import ServiceMetrics, Telemetry

STOCK = "opentelemetry-instrumentation-grpc"
OWN, UNSAMPLED = "askmesh", "askmesh, unsampled"
GOALS = {OWN: 50, UNSAMPLED: 15}
"""The most microseconds that a unary call may cost beyond bare gRPC."""
SERVICE = "askmesh.benchmarks.EchoService"
REQUEST = StringValue(value="x" * 110)
CALLS_PER_ROUND = 200
STREAMS_PER_ROUND = 10
MESSAGES_PER_STREAM = 64

Context: TypeAlias = aio.ServicerContext[StringValue, StringValue]
Round: TypeAlias = Callable[[], Awaitable[int]]


class NullExporter(SpanExporter):
    """Takes spans as fast as possible."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:  # noqa: ARG002 - not kept
        return SpanExportResult.SUCCESS


def register(server: aio.Server) -> None:
    """Add the echo to `server`."""

    async def unary(request: StringValue, _: Context) -> StringValue:
        return request

    async def stream(request: StringValue, _: Context) -> AsyncGenerator[StringValue]:
        for _index in range(MESSAGES_PER_STREAM):
            yield request

    parse, dump = StringValue.FromString, StringValue.SerializeToString
    handlers: dict[str, grpc.RpcMethodHandler[StringValue, StringValue]] = {
        "Unary": grpc.unary_unary_rpc_method_handler(unary, parse, dump),
        "Stream": grpc.unary_stream_rpc_method_handler(stream, parse, dump),
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, handlers)])


@asynccontextmanager
async def plain(
    server_interceptors: Sequence[aio.ServerInterceptor] = (),
    client_interceptors: Sequence[aio.ClientInterceptor] = (),
) -> AsyncGenerator[aio.Channel]:
    """Serve the echo by grpc.aio alone, with interceptors if there are any."""
    server = aio.server(interceptors=server_interceptors)
    register(server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    async with aio.insecure_channel(address, interceptors=client_interceptors) as channel:
        yield channel
    await server.stop(0)


@asynccontextmanager
async def stock() -> AsyncGenerator[aio.Channel]:
    """Serve the echo with the instrumentation of OpenTelemetry on both sides."""
    provider = tracer_provider()
    served = cast("Callable[[TracerProvider], aio.ServerInterceptor]", aio_server_interceptor)
    called = cast(
        "Callable[[TracerProvider], Sequence[aio.ClientInterceptor]]", aio_client_interceptors
    )
    async with plain([served(provider)], called(provider)) as channel:
        yield channel


@asynccontextmanager
async def askmesh(sampler: Sampler) -> AsyncGenerator[aio.Channel]:
    """Serve and call the echo as the services of askmesh do."""
    own = Telemetry("echo", tracer_provider(sampler), ServiceMetrics(CollectorRegistry()))
    settings = ServiceSettings(drain_seconds=0)
    async with (
        serving(register, services=[SERVICE], settings=settings, telemetry=own) as port,
        channel_to(f"127.0.0.1:{port}", own) as channel,
    ):
        yield channel


def tracer_provider(sampler: Sampler = DEFAULT_ON) -> TracerProvider:
    """Record every span that is sampled, and hand it to an exporter that does nothing."""
    provider = TracerProvider(sampler)
    provider.add_span_processor(BatchSpanProcessor(NullExporter()))
    return provider


def unary_round(channel: aio.Channel) -> Round:
    """Return what makes `CALLS_PER_ROUND` calls and says how many."""
    unary = channel.unary_unary(
        f"/{SERVICE}/Unary", StringValue.SerializeToString, StringValue.FromString
    )

    async def calls() -> int:
        for _ in range(CALLS_PER_ROUND):
            await unary(REQUEST, timeout=10)
        return CALLS_PER_ROUND

    return calls


def stream_round(channel: aio.Channel) -> Round:
    """Return what reads `STREAMS_PER_ROUND` streams and says how many."""
    stream = channel.unary_stream(
        f"/{SERVICE}/Stream", StringValue.SerializeToString, StringValue.FromString
    )

    async def streams() -> int:
        for _ in range(STREAMS_PER_ROUND):
            async for _response in stream(REQUEST, timeout=10):
                pass
        return STREAMS_PER_ROUND

    return streams


async def measured(one_round: Round) -> tuple[float, float]:
    """Return the microseconds of processor and of wall clock per call."""
    cpu, wall = process_time(), perf_counter()
    count = await one_round()
    return (process_time() - cpu) / count * 1e6, (perf_counter() - wall) / count * 1e6


async def benchmark(seconds: float) -> dict[str, dict[str, dict[str, float]]]:
    """Measure all variants in turn for about `seconds`."""
    async with AsyncExitStack() as stack:
        channels = {
            "bare grpc.aio": await stack.enter_async_context(plain()),
            STOCK: await stack.enter_async_context(stock()),
            OWN: await stack.enter_async_context(askmesh(DEFAULT_ON)),
            UNSAMPLED: await stack.enter_async_context(askmesh(DEFAULT_OFF)),
        }
        rounds = {
            (kind, name): build(channel)
            for kind, build in (("unary", unary_round), ("stream", stream_round))
            for name, channel in channels.items()
        }
        samples: dict[tuple[str, str], list[tuple[float, float]]] = {key: [] for key in rounds}
        for one_round in rounds.values():
            await one_round()
        settle()  # as services do at their start
        end = perf_counter() + seconds
        while perf_counter() < end:
            for key, one_round in rounds.items():
                samples[key].append(await measured(one_round))
    return summary(samples)


def summary(
    samples: dict[tuple[str, str], list[tuple[float, float]]],
) -> dict[str, dict[str, dict[str, float]]]:
    """Return the medians by kind of call and variant, with what a variant adds to bare gRPC."""
    results: dict[str, dict[str, dict[str, float]]] = {}
    for (kind, name), rounds in samples.items():
        cpu = statistics.median(sample[0] for sample in rounds)
        wall = statistics.median(sample[1] for sample in rounds)
        row = {"cpu_us": round(cpu, 1), "wall_us": round(wall, 1), "rounds": len(rounds)}
        base = results.setdefault(kind, {}).setdefault("bare grpc.aio", row)
        results[kind][name] = {**row, "added_cpu_us": round(row["cpu_us"] - base["cpu_us"], 1)}
    return results


def claims(results: dict[str, dict[str, dict[str, float]]]) -> list[Claim]:
    """Return what askmesh adds to a call and to a stream, also over what the stock one adds."""
    added = [
        Claim(
            f"microseconds of processor added to one unary call, both sides: {name}",
            results["unary"][name]["added_cpu_us"],
            f"<= {goal}",
            baseline="bare grpc.aio",
        )
        for name, goal in GOALS.items()
    ]
    return added + [
        Claim(
            f"processor added to one {kind} call, over what OpenTelemetry's instrumentation adds",
            round(
                variants[OWN]["added_cpu_us"] / variants[STOCK]["added_cpu_us"],
                2,
            ),
            "<= 1",
            baseline="opentelemetry-instrumentation-grpc, which only traces",
        )
        for kind, variants in results.items()
    ]


def main() -> None:
    """Measure, print and, if asked for, write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    logging.getLogger("askmesh").setLevel(logging.WARNING)
    results = uvloop.run(benchmark(arguments.seconds))
    publish(
        arguments.output,
        benchmark="bench_interceptors",
        settings=settings(arguments.seconds),
        results=results,
        claims=claims(results),
    )


def settings(seconds: float) -> dict[str, object]:
    """Say how the numbers were measured."""
    return {
        "seconds": seconds,
        "event_loop": "uvloop",
        "sampling": 1.0,
        "request_bytes": REQUEST.ByteSize(),
        "messages_per_stream": MESSAGES_PER_STREAM,
        "logs": "off",
        **{name: version(name) for name in ("grpcio", "opentelemetry-sdk", STOCK)},
    }


if __name__ == "__main__":
    main()
