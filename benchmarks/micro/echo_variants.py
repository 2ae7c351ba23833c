"""One echo, served and called by gRPC alone and with more and more around it."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, TypeVar, cast

import grpc
from benchmarks.micro.idle_parts import NoDoor, NoMetrics, Untraced
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
from askmesh.rpc import by_name, channel_to
from askmesh.serving import OpenDoor, serving
from askmesh.telemetry import ServiceMetrics, Telemetry
from askmesh.transport import CallMaking, CallOptions, ForwardingChannel

SERVICE = "askmesh.benchmarks.EchoService"
MESSAGES_PER_STREAM = 64
BARE = "bare grpc.aio"
STOCK = "opentelemetry-instrumentation-grpc"
OWN, UNSAMPLED, UNTRACED = "askmesh", "askmesh, unsampled", "askmesh without tracing"
REST = "deadlines, priorities and typed errors alone"
TOLD = "bare grpc.aio with the header of a trace"
TRACE_HEADER = ("traceparent", f"00-{1:032x}-{1:016x}-00")

C = TypeVar("C", bound=aio.Call)
Context: TypeAlias = aio.ServicerContext[StringValue, StringValue]
Open: TypeAlias = Callable[[], AbstractAsyncContextManager[aio.Channel]]


class NullExporter(SpanExporter):
    """Takes spans as fast as possible."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:  # noqa: ARG002 - not kept
        return SpanExportResult.SUCCESS


@dataclass(frozen=True, slots=True)
class Around:
    """What of askmesh is around a call, beside what cannot be taken away."""

    sampler: Sampler | None = None
    """None for no tracing at all."""
    metrics: bool = False
    identity: bool = False


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


class TellingCalls(CallMaking):
    """Calls that take the header of a trace along."""

    def begun(self, begin: Callable[..., C], options: CallOptions) -> C:
        options["metadata"] = (TRACE_HEADER,)
        return begin(**options)


class TellingChannel(ForwardingChannel):
    """A channel whose calls take the header of a trace along, and nothing else."""

    def making(self, method: str, *, is_unary: bool) -> CallMaking:  # noqa: ARG002 - for all
        return TellingCalls()


@asynccontextmanager
async def told() -> AsyncGenerator[aio.Channel]:
    """Serve and call the echo by grpc.aio alone, and send the header of a trace."""
    async with plain() as channel:
        yield TellingChannel(channel)


@asynccontextmanager
async def stock() -> AsyncGenerator[aio.Channel]:
    """Serve the echo with the instrumentation of OpenTelemetry on both sides."""
    provider = tracer_provider(DEFAULT_ON)
    served = cast("Callable[[TracerProvider], aio.ServerInterceptor]", aio_server_interceptor)
    called = cast(
        "Callable[[TracerProvider], Sequence[aio.ClientInterceptor]]", aio_client_interceptors
    )
    async with plain([served(provider)], called(provider)) as channel:
        yield channel


@asynccontextmanager
async def askmesh(around: Around) -> AsyncGenerator[aio.Channel]:
    """Serve and call the echo as the services of askmesh do, with this around it."""
    metrics = (ServiceMetrics if around.metrics else NoMetrics)(CollectorRegistry())
    kind = Untraced if around.sampler is None else Telemetry
    own = kind("echo", tracer_provider(around.sampler or DEFAULT_OFF), metrics)
    door, introduce = (OpenDoor(), by_name) if around.identity else (NoDoor(), tuple)
    settings = ServiceSettings(drain_seconds=0)
    async with (
        serving(register, services=[SERVICE], settings=settings, telemetry=own, door=door) as port,
        channel_to(f"127.0.0.1:{port}", own, introduce=introduce) as channel,
    ):
        yield channel


def tracer_provider(sampler: Sampler) -> TracerProvider:
    """Record every span that is sampled, and hand it to an exporter that does nothing."""
    provider = TracerProvider(sampler)
    provider.add_span_processor(BatchSpanProcessor(NullExporter()))
    return provider


AROUND = {
    OWN: Around(DEFAULT_ON, metrics=True, identity=True),
    UNSAMPLED: Around(DEFAULT_OFF, metrics=True, identity=True),
    UNTRACED: Around(metrics=True, identity=True),
    REST: Around(),
    "the same and tracing": Around(DEFAULT_ON),
    "the same and tracing, unsampled": Around(DEFAULT_OFF),
    "the same and metrics": Around(metrics=True),
    "the same and the caller": Around(identity=True),
}

VARIANTS: Mapping[str, Open] = {
    BARE: plain,
    TOLD: told,
    STOCK: stock,
    **{name: partial(askmesh, around) for name, around in AROUND.items()},
}
