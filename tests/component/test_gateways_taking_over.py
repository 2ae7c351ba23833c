"""Answers that go over from one gateway to another."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress

import pytest
from grpc import aio

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.common.v1.answer_pb2 import ANSWER_OUTCOME_ANSWERED
from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.caching import redis_commands, together
from askmesh.client import TextDelta, askmesh_client
from askmesh.gateway.event_log import follow
from askmesh.gateway.publishing import Publisher
from askmesh.gateway.shared_redis import RedisAnswers
from askmesh.gateway.sharing import KnownAnswer
from askmesh.gateway.wiring import gateway_service
from askmesh.rpc import reason_of
from support.answer_desk import Parts, desk
from support.ports import free_address
from support.redis_server import RedisServer
from support.tcp_proxy import tcp_proxy
from support.two_gateways import (
    ASKED,
    EQUAL,
    Reading,
    TwoGateways,
    begun,
    events_of,
    gateways,
    settings_of,
)
from support.upstreams import PATIENT, Upstreams, upstreams


async def test_another_gateway_continues_what_its_maker_no_longer_makes(
    redis: RedisServer,
) -> None:
    redis.empty()
    async with (
        tcp_proxy(redis.port) as proxy,
        gateways(
            redis.address,
            address_of_one=f"redis://{proxy.address}",
            hold=True,
            sharing_seconds=1,
        ) as scene,
    ):
        events = await begun(scene)
        answer_id = events[0].answer_id
        whole = pb2.ResumeAnswerRequest(answer_id=answer_id)
        following = scene.other.ResumeAnswer(whole, timeout=60)
        proxy.fall_silent()  # the first gateway is as good as dead to the other
        scene.upstreams.finish.set()
        continued = await events_of(following)
        assert continued[: len(events)] == events
        assert [event.sequence for event in continued] == list(range(1, len(continued) + 1))
        assert continued[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED
        assert await events_of(scene.other.ResumeAnswer(whole, timeout=60)) == continued
        assert scene.upstreams.calls["StreamSummary"] == 2
        proxy.cut()
        proxy.speak()  # the first gateway learns that the answer is no longer its own, and ends


def saying(text: str) -> pb2.AnswerEvent:
    return pb2.AnswerEvent(text_delta=answer_pb2.TextDelta(text=text))


async def test_readers_get_no_event_before_redis_has_it(redis: RedisServer) -> None:
    redis.empty()
    async with (
        desk(Parts()) as scene,
        tcp_proxy(redis.port) as proxy,
        redis_commands(f"redis://{proxy.address}", timeout_seconds=20.0) as commands,
        asyncio.TaskGroup() as tasks,
    ):
        making = scene.desk.running.elsewhere("m", ASKED)
        shared = RedisAnswers(commands, name="maker", kept_seconds=60)
        Publisher(scene.desk, shared, tasks).publish(making)
        events = follow(lambda: making.log, 0, heartbeat_seconds=60)
        making.log.append(saying("early"))
        assert len(await anext(events)) == 1
        proxy.hold(b"late")
        making.log.append(saying("late"))
        await proxy.holds.wait()
        waiting = tasks.create_task(anext(events))
        assert not (await asyncio.wait([waiting], timeout=0.1))[0]
        assert redis.ask("XLEN", together("log", "m").decode()) == "1"
        proxy.release()
        assert len(await waiting) == 1
        assert redis.ask("XLEN", together("log", "m").decode()) == "2"
        making.log.end()


async def test_a_gateway_that_lost_an_answer_writes_no_more_of_it(redis: RedisServer) -> None:
    redis.empty()
    async with redis_commands(redis.address, timeout_seconds=20.0) as commands:
        slow, quick = (RedisAnswers(commands, name=name, kept_seconds=60) for name in "ab")
        record = KnownAnswer("answer", "t", "", "", 1, "making")
        await slow.record(record, b"question", joined=False)
        assert (await slow.publish("making", 0, [b"one"], "")).length == 1
        assert await quick.claim("making") is None  # somebody makes it
        redis.ask("DEL", together("owner", "making").decode())
        assert await quick.claim("making") == b"question"
        assert (await slow.publish("making", 1, [b"late"], "")).length < 0
        assert (await quick.publish("making", 1, [b"two"], "{}")).length == 2
        assert (await quick.publish("making", 1, [b"two"], "{}")).length == 2  # a lost reply
        assert (await slow.publish("making", 1, [b"late", b"later"], "{}")).length < 0
        page = await slow.read("making", 0)
    assert (page.events, page.end) == ((b"one", b"two"), "{}")


async def test_readers_of_a_gateway_that_lost_an_answer_find_it_again(
    redis: RedisServer, held: TwoGateways
) -> None:
    events = await begun(held)
    answer_id = events[0].answer_id
    whole = pb2.ResumeAnswerRequest(answer_id=answer_id)
    reading = held.one.ResumeAnswer(whole, timeout=60)
    async with redis_commands(redis.address, timeout_seconds=20.0) as commands:
        thief = RedisAnswers(commands, name="thief", kept_seconds=60)
        record = await thief.find(answer_id)
        assert record
        while await thief.claim(record.making_id) is None:
            redis.ask("DEL", together("owner", record.making_id).decode())
    with pytest.raises(aio.AioRpcError) as caught:
        await events_of(reading)
    assert reason_of(caught.value) == "ANSWER_MOVED"
    held.upstreams.finish.set()
    again = await events_of(held.one.ResumeAnswer(whole, timeout=60))
    assert again[: len(events)] == events
    assert again[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED


async def test_a_client_reads_on_at_another_address_when_its_gateway_is_killed(
    redis: RedisServer,
) -> None:
    redis.empty()
    spare = free_address()
    async with (
        upstreams(hold=True) as behind,
        gateway_process(behind, redis.address) as (process, doomed),
        AsyncExitStack() as stack,
        askmesh_client(f"ipv4:{doomed},{spare}", "127.0.0.1:1") as client,
    ):
        settings = settings_of(behind, redis.address).model_copy(update={"address": spare})
        text = ""
        async with aclosing(client.ask("What is a mesh?")) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    text += event.text
                    await stack.enter_async_context(gateway_service(settings))
                    process.kill()
                    behind.finish.set()
        assert (text, behind.calls["StreamSummary"]) == ("A mesh is a net. ", 2)


async def test_a_gateway_that_slept_through_a_takeover_writes_nothing(redis: RedisServer) -> None:
    redis.empty()
    async with upstreams(hold=True) as behind, AsyncExitStack() as stack:
        process, sleeper = await stack.enter_async_context(gateway_process(behind, redis.address))
        port = await stack.enter_async_context(gateway_service(settings_of(behind, redis.address)))
        one, other = [
            GatewayServiceStub(await stack.enter_async_context(aio.insecure_channel(address)))
            for address in (sleeper, f"127.0.0.1:{port}")
        ]
        reading = Reading(one.StreamAnswer(EQUAL, timeout=60))
        await reading.words()
        process.send_signal(signal.SIGSTOP)
        whole = pb2.ResumeAnswerRequest(answer_id=reading.events[0].answer_id)
        behind.finish.set()
        continued = await events_of(other.ResumeAnswer(whole, timeout=60))
        process.send_signal(signal.SIGCONT)
        with suppress(aio.AioRpcError):  # it has all by then, or is sent to the other
            await reading.rest()
        assert await events_of(other.ResumeAnswer(whole, timeout=60)) == continued
        async with redis_commands(redis.address, timeout_seconds=20.0) as commands:
            shared = RedisAnswers(commands, name="reader", kept_seconds=60)
            record = await shared.find(reading.events[0].answer_id)
            assert record
            page = await shared.read(record.making_id, 0)
        assert len(page.events) == len(continued)
        assert behind.calls["StreamSummary"] == 2
        assert [event.sequence for event in continued] == list(range(1, len(continued) + 1))


@asynccontextmanager
async def gateway_process(
    behind: Upstreams, cache: str
) -> AsyncGenerator[tuple[asyncio.subprocess.Process, str]]:
    """Run a gateway as a process of its own, and yield it and its address."""
    services = ("QUERY_UNDERSTANDING", "RETRIEVAL", "RERANKING", "SUMMARIZATION")
    address = free_address()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "askmesh.gateway"),
        env={
            **os.environ,
            **{f"GATEWAY_{name}_ADDRESS": behind.address for name in services},
            "GATEWAY_ADDRESS": address,
            "GATEWAY_METRICS_ADDRESS": "127.0.0.1:0",
            **{f"GATEWAY_{stage.upper()}_SECONDS": "60" for stage in PATIENT},
            "GATEWAY_CACHE": cache,
        },
    )
    try:
        async with aio.insecure_channel(address) as channel:
            await channel.channel_ready()
        yield process, address
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()
