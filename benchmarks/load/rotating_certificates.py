"""Whether calls fail while all certificates, and the authority behind them, change every 5 s.

Two servers are processes of their own; they take callers of their authority only. Calls come at a
steady rate over channels that stay open, by which gRPC makes no call again, and over fresh ones;
streams last longer than a certificate. What TLS costs a call is measured before, in the same run.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import grpc
import uvloop
from benchmarks.claims import Claim, publish
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.certificates import CertifiedKey, new_authority, new_certificate
from askmesh.config import InnerSettings
from askmesh.rpc import channel_to, replicas_of
from askmesh.serving import serving
from askmesh.telemetry import silent_telemetry
from askmesh.tracing import tracing_of_application
from askmesh.transport import TlsFiles, connecting

SERVICE = "askmesh.benchmarks.EchoService"
NAMES = ("localhost", "127.0.0.1")
SERVERS = ("first", "second")
CLIENT = "client"
CALLS_PER_SECOND = 200
STREAMS = 10
STREAM_SECONDS = 8.0
FRESH_SECONDS = 0.5
COMPARED = 3_000
Context = aio.ServicerContext[StringValue, StringValue]


async def unary(request: StringValue, _: Context) -> StringValue:
    """Answer with the same."""
    return request


async def who(_: StringValue, context: Context) -> StringValue:
    """Answer with the certificate that the caller shows."""
    return StringValue(value=next(iter(context.auth_context()["x509_pem_cert"])).decode())


async def stream(request: StringValue, _: Context) -> AsyncGenerator[StringValue]:
    """Answer ten times a second, for longer than a certificate lives."""
    for _number in range(round(STREAM_SECONDS * 10)):
        yield request
        await asyncio.sleep(0.1)


def register(server: aio.Server) -> None:
    """Add the methods to a server."""
    codec = (StringValue.FromString, StringValue.SerializeToString)
    handlers = {
        "Unary": grpc.unary_unary_rpc_method_handler(unary, *codec),
        "Who": grpc.unary_unary_rpc_method_handler(who, *codec),
        "Stream": grpc.unary_stream_rpc_method_handler(stream, *codec),
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, handlers)])


def files_of(folder: Path, name: str) -> TlsFiles:
    """Return the files of a party."""
    return TlsFiles(folder / "authority.pem", folder / f"{name}.pem", folder / f"{name}.key")


async def serve(folder: Path, name: str) -> None:
    """Run a server, and print its port. Without a name it serves in plain text."""
    files = files_of(folder, name) if name else TlsFiles()
    settings = InnerSettings(
        drain_seconds=0,
        tls_authority_file=str(files.authority or ""),
        tls_certificate_file=str(files.certificate or ""),
        tls_key_file=str(files.key or ""),
    )
    signals = silent_telemetry("server")
    async with serving(register, services=[SERVICE], settings=settings, telemetry=signals) as port:
        print(port, flush=True)
        await asyncio.Event().wait()


@asynccontextmanager
async def server(folder: Path, name: str) -> AsyncGenerator[int]:
    """Run a server until the block ends, and yield its port."""
    module = ("-m", "benchmarks.load.rotating_certificates")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *module, "--serve", str(folder), "--name", name, stdout=PIPE
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


class Issuer:
    """Replaces all certificates, and from time to time the authority.

    A new authority comes in three steps: it is believed beside the old one, then it signs, then it
    is believed alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._signing = self._coming = new_authority()
        self._steps = 0
        self._believe(self._signing)
        self._sign()

    def step(self) -> None:
        """Replace them."""
        match self._steps % 3:
            case 0:
                self._coming = new_authority()
                self._believe(self._signing, self._coming)
            case 1:
                self._signing = self._coming
            case _:
                self._believe(self._signing)
        self._steps += 1
        self._sign()

    def _believe(self, *authorities: CertifiedKey) -> None:
        _replace(self._folder / "authority.pem", b"".join(each.certificate for each in authorities))

    def _sign(self) -> None:
        for name in (CLIENT, *SERVERS):
            made = new_certificate(self._signing, name, NAMES, timedelta(hours=1))
            _replace(self._folder / f"{name}.pem", made.certificate)
            _replace(self._folder / f"{name}.key", made.key)


def _replace(path: Path, content: bytes) -> None:
    path.with_suffix(".new").write_bytes(content)
    path.with_suffix(".new").replace(path)


@dataclass
class Calls:
    """What became of calls, by kind, and which certificates of the client servers have seen."""

    made: Counter[str] = field(default_factory=Counter[str])
    failed: Counter[str] = field(default_factory=Counter[str])
    details: list[str] = field(default_factory=list[str])
    seen: set[str] = field(default_factory=set[str])

    async def make(self, kind: str, call: Callable[[], Awaitable[object]]) -> None:
        """Make a call and count it."""
        self.made[kind] += 1
        try:
            await call()
        except aio.AioRpcError as error:
            self.failed[kind] += 1
            self.details.append(f"{kind}: {error.code().name} {error.details()}")


@dataclass(frozen=True, slots=True)
class Caller:
    """The calls of one channel."""

    channel: aio.Channel

    async def unary(self) -> None:
        """Make the call that takes one answer."""
        await self._method("Unary")(StringValue(value="x"), timeout=10)

    async def who(self) -> str:
        """Return the certificate that the server sees."""
        return (await self._method("Who")(StringValue(), timeout=10)).value

    async def stream(self) -> None:
        """Read a stream to its end; raise `RuntimeError` if anything is missing."""
        method: aio.UnaryStreamMultiCallable[StringValue, StringValue] = self.channel.unary_stream(
            f"/{SERVICE}/Stream", StringValue.SerializeToString, StringValue.FromString
        )
        answers = [each async for each in method(StringValue(value="x"), timeout=60)]
        if len(answers) != round(STREAM_SECONDS * 10):
            raise RuntimeError("a stream ended early, without an error")

    def _method(self, name: str) -> aio.UnaryUnaryMultiCallable[StringValue, StringValue]:
        return self.channel.unary_unary(
            f"/{SERVICE}/{name}", StringValue.SerializeToString, StringValue.FromString
        )


async def at_a_rate(calls: Calls, callers: list[Caller], seconds: float) -> None:
    """Make calls at a steady rate, ready or not, in turn over the channels."""
    async with asyncio.TaskGroup() as tasks:
        for number in range(round(seconds * CALLS_PER_SECOND)):
            tasks.create_task(calls.make("unary", callers[number % len(callers)].unary))
            await asyncio.sleep(1 / CALLS_PER_SECOND)


async def in_streams(calls: Calls, caller: Caller, seconds: float) -> None:
    """Read one stream after the other."""
    ends = perf_counter() + seconds
    while perf_counter() < ends:
        await calls.make("stream", caller.stream)


async def over_fresh_channels(calls: Calls, folder: Path, address: str, seconds: float) -> None:
    """Connect anew again and again."""
    ends = perf_counter() + seconds
    while perf_counter() < ends:
        async with (
            connecting(files_of(folder, CLIENT)) as transport,
            channel_to(address, tracing_of_application(), transport=transport) as channel,
        ):
            await calls.make("fresh", Caller(channel).unary)
        await asyncio.sleep(FRESH_SECONDS)


async def looking(calls: Calls, caller: Caller, seconds: float) -> None:
    """See which certificate an open channel shows."""
    ends = perf_counter() + seconds
    while perf_counter() < ends:
        calls.seen.add(await caller.who())
        await asyncio.sleep(0.2)


async def rotating(issuer: Issuer, every: float, count: int) -> None:
    """Replace all certificates so often."""
    for _ in range(count):
        await asyncio.sleep(every)
        await asyncio.to_thread(issuer.step)


async def under_load(folder: Path, issuer: Issuer, every: float, count: int) -> Calls:
    """Return what became of calls while certificates were replaced `count` times."""
    calls, seconds = Calls(), every * (count + 1)
    async with AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(server(folder, name)) for name in SERVERS]
        target = "ipv4:" + ",".join(f"127.0.0.1:{port}" for port in ports)
        transport = await stack.enter_async_context(connecting(files_of(folder, CLIENT)))
        replicas = await stack.enter_async_context(
            replicas_of(target, tracing_of_application(), transport=transport)
        )
        callers = [Caller(replica.peer) for replica in replicas.all]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(rotating(issuer, every, count))
            tasks.create_task(at_a_rate(calls, callers, seconds))
            tasks.create_task(looking(calls, callers[0], seconds))
            tasks.create_task(over_fresh_channels(calls, folder, f"localhost:{ports[0]}", seconds))
            for number in range(STREAMS):
                tasks.create_task(in_streams(calls, callers[number % len(callers)], seconds))
    return calls


async def cost(folder: Path) -> Mapping[str, list[float]]:
    """Return how long calls take by TLS and in plain text, in turn; and how long to connect."""
    took: dict[str, list[float]] = {"tls": [], "plain": [], "connecting": []}
    async with AsyncExitStack() as stack:
        callers: dict[str, Caller] = {}
        for kind, files in (("tls", files_of(folder, CLIENT)), ("plain", None)):
            port = await stack.enter_async_context(server(folder, SERVERS[0] if files else ""))
            transport = await stack.enter_async_context(connecting(files))
            channel = channel_to(f"localhost:{port}", tracing_of_application(), transport=transport)
            callers[kind] = Caller(await stack.enter_async_context(channel))
            began = perf_counter()
            await callers[kind].unary()
            took["connecting"].append(perf_counter() - began)
        for _ in range(COMPARED):
            for kind, caller in callers.items():
                began = perf_counter()
                await caller.unary()
                took[kind].append(perf_counter() - began)
    return took


async def measure(every: float, count: int, output: Path | None) -> None:
    """Measure everything and write the claims."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        issuer = Issuer(folder)
        took = await cost(folder)
        calls = await under_load(folder, issuer, every, count)
    p50 = {kind: statistics.median(took[kind]) for kind in ("tls", "plain")}
    publish(
        output,
        benchmark="rotating_certificates",
        settings={
            "every_seconds": every,
            "rotations": count,
            "calls_per_second": CALLS_PER_SECOND,
            "streams": STREAMS,
            "stream_seconds": STREAM_SECONDS,
        },
        results={
            "made": calls.made,
            "failed": calls.failed,
            "details": calls.details[:20],
            "p50_microseconds": {kind: round(each * 1e6) for kind, each in p50.items()},
        },
        claims=_claims(calls, every, count, p50["tls"] / p50["plain"]),
    )


def _claims(calls: Calls, every: float, count: int, ratio: float) -> list[Claim]:
    often = f"while all certificates change every {every:g} s, {count} times"
    return [
        Claim(
            f"calls that fail {often}", calls.failed["unary"], "= 0", "of channels that are open"
        ),
        Claim(f"streams that break {often}", calls.failed["stream"], "= 0", "each lasts longer"),
        Claim(f"calls of new connections that fail {often}", calls.failed["fresh"], "= 0"),
        Claim(
            "certificates that an open channel has shown, over those that it was given",
            round(len(calls.seen) / (count + 1), 2),
            ">= 1",
        ),
        Claim(
            "p50 of an empty call by TLS over that in plain text",
            round(ratio, 2),
            "<= 1.2",
            "calls of the same run, in turn, over open connections of one machine",
        ),
    ]


def main() -> None:
    """Measure, or be a server of the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between rotations")
    parser.add_argument("--count", type=int, default=15, help="how many rotations")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--name", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    work = (
        serve(options.serve, options.name)
        if options.serve
        else measure(options.every, options.count, options.output)
    )
    uvloop.run(work)


if __name__ == "__main__":
    main()
