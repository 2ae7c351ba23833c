"""Calls to several replicas: which is asked, what is made again, and how often. Told by counts."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.errors import (
    AskmeshError,
    InvalidRequestError,
    OverloadedError,
    PassingError,
    UnavailableError,
    UnreachableError,
)
from askmesh.resilience import Allowance, Attempts, Extra
from askmesh.rpc import replicas_of, upstream_errors
from askmesh.telemetry import silent_telemetry
from support.echo import Context, EchoClient, echo, echo_service, text

ENOUGH = 40
"""So many calls show how long calls take."""


@dataclass
class Server:
    """A replica. It answers, unless it is `held`, is to `refuse` or to `fail`."""

    held: bool = False
    refuse: AskmeshError | None = None
    fail: bool = False
    calls: int = 0
    holds: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)

    async def unary(self, request: StringValue, context: Context) -> StringValue:
        self.calls += 1
        if self.fail:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "going away")
        if self.refuse is not None:
            raise self.refuse
        try:
            if self.held:
                self.holds.set()
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return request


@dataclass
class Scene:
    """Whoever calls the replicas, and how many attempts beyond the first were made."""

    attempts: Attempts[aio.Channel]
    extra: Counter[Extra]

    async def call(self) -> StringValue:
        async def ask(channel: aio.Channel) -> StringValue:
            with upstream_errors("echo"):
                return await EchoClient(channel).unary(text("a"), timeout=60)

        return await self.attempts.call("unary", ask)

    async def calls(self, count: int) -> None:
        for _ in range(count):
            assert (await self.call()).value == "a"


@asynccontextmanager
async def calling(*servers: Server, reserve: float = 10.0) -> AsyncGenerator[Scene]:
    extra = Counter[Extra]()
    async with AsyncExitStack() as stack:
        ports = [
            await stack.enter_async_context(echo_service(unary=server.unary)) for server in servers
        ]
        target = "ipv4:" + ",".join(f"127.0.0.1:{port}" for port in ports)
        replicas = await stack.enter_async_context(replicas_of(target, silent_telemetry()))
        allowance = Allowance(reserve=reserve)
        attempts = Attempts(replicas, allowance, on_extra=lambda kind: extra.update([kind]))
        for replica in replicas.all:
            await replica.peer.channel_ready()
        yield Scene(attempts, extra)


async def test_calls_are_spread_over_the_replicas() -> None:
    servers = Server(), Server()
    async with calling(*servers) as scene:
        await scene.calls(20)
    assert min(server.calls for server in servers) >= 9


async def test_a_late_attempt_gets_another_beside_it_and_is_cancelled_when_that_answers() -> None:
    silent, well = Server(), Server()
    async with calling(silent, well) as scene:
        await scene.calls(ENOUGH)
        silent.held = True
        await scene.calls(2)
        await silent.cancelled.wait()
        assert scene.extra["hedge_won"] >= 1
        assert scene.extra["retry"] == 0


async def test_a_silent_replica_costs_a_few_attempts_and_is_then_left_alone() -> None:
    silent, well = Server(), Server()
    async with calling(silent, well) as scene:
        await scene.calls(ENOUGH)
        silent.held, silent.calls, well.calls = True, 0, 0
        await scene.calls(100)
    assert silent.calls < 20
    assert well.calls >= 100


async def test_a_lone_replica_is_asked_once_however_late_it_is() -> None:
    lone = Server()
    async with calling(lone) as scene:
        await scene.calls(ENOUGH)
        lone.held = True
        async with asyncio.TaskGroup() as tasks:
            call = tasks.create_task(scene.call())
            await lone.holds.wait()
            call.cancel()
        await lone.cancelled.wait()
    assert not scene.extra


async def test_whoever_gives_a_call_up_gives_up_all_of_its_attempts() -> None:
    servers = Server(), Server()
    async with calling(*servers) as scene:
        await scene.calls(ENOUGH)
        for server in servers:
            server.held = True
        call = asyncio.create_task(scene.call())
        for server in servers:
            await server.holds.wait()
        call.cancel()
        for server in servers:
            await server.cancelled.wait()
    assert call.cancelled()


async def test_an_attempt_that_breaks_is_made_again_elsewhere() -> None:
    leaving, well = Server(fail=True), Server()
    async with calling(leaving, well) as scene:
        await scene.calls(4)
    assert scene.extra["retry"] == leaving.calls
    assert well.calls >= 4


async def test_attempts_at_a_lone_replica_are_made_in_one_layer() -> None:
    lone = Server(fail=True)
    async with calling(lone) as scene:
        with pytest.raises(UnreachableError):
            await scene.call()
    assert lone.calls == 3


async def test_extra_attempts_are_at_most_a_tenth_beyond_the_reserve() -> None:
    servers = Server(fail=True), Server(fail=True)
    async with calling(*servers, reserve=2) as scene:
        for _ in range(50):
            with pytest.raises(UnreachableError):
                await scene.call()
    assert sum(server.calls for server in servers) <= 50 + 5 + 2


async def test_a_refusal_for_good_is_not_made_again() -> None:
    servers = [Server(refuse=InvalidRequestError("QUERY_EMPTY", "empty")) for _ in range(2)]
    async with calling(*servers) as scene:
        with pytest.raises(InvalidRequestError):
            await scene.call()
    assert sum(server.calls for server in servers) == 1


@pytest.mark.parametrize("kind", [UnavailableError, OverloadedError])
async def test_a_lone_replica_that_says_when_to_try_again_is_not_asked_before(
    kind: type[PassingError],
) -> None:
    lone = Server(refuse=kind("NOT_NOW", "soon", retry_after_seconds=60))
    async with calling(lone) as scene:
        with pytest.raises(kind) as caught:
            await scene.call()
    assert lone.calls == 1
    assert caught.value.retry_after_seconds == 60


@pytest.mark.parametrize("kind", [UnavailableError, OverloadedError])
async def test_while_a_replica_rests_as_it_said_the_other_one_is_asked(
    kind: type[PassingError],
) -> None:
    loading = Server(refuse=kind("NOT_NOW", "soon", retry_after_seconds=60))
    well = Server()
    async with calling(loading, well) as scene:
        await scene.calls(20)
        assert scene.attempts.replicas.resting_count == 1
    assert loading.calls == 1
    assert well.calls == 20


async def test_nothing_is_made_again_once_a_part_of_a_stream_has_come() -> None:
    calls: list[StringValue] = []

    async def stream(request: StringValue, context: Context) -> AsyncIterator[StringValue]:
        calls.append(request)
        yield request
        await context.abort(grpc.StatusCode.UNAVAILABLE, "going away")

    async with echo(stream=stream) as client:
        call = client.stream(text("a"), timeout=60)
        assert await call.read() == text("a")
        with pytest.raises(aio.AioRpcError):
            await call.read()
    assert len(calls) == 1


async def test_a_name_stands_for_the_replicas_that_it_resolves_to() -> None:
    server = Server()
    async with (
        echo_service(unary=server.unary) as port,
        replicas_of(f"dns:///localhost:{port}", silent_telemetry()) as replicas,
    ):
        scene = Scene(Attempts(replicas, Allowance()), Counter())
        await scene.calls(2)
    assert server.calls == 2


async def test_a_name_that_nobody_knows_is_an_outage() -> None:
    async with replicas_of("nowhere.invalid:7400", silent_telemetry()) as replicas:
        with pytest.raises(UnreachableError):
            await Scene(Attempts(replicas, Allowance()), Counter()).call()
