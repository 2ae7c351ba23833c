"""Two gateways with one Redis: an answer of one is an answer of both."""

import asyncio
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
from grpc import aio
from pydantic import SecretStr

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.common.v1.answer_pb2 import ANSWER_OUTCOME_ANSWERED, ANSWER_OUTCOME_CANCELLED
from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.caching import redis_commands, together
from askmesh.client import TextDelta, askmesh_client
from askmesh.gateway.event_log import follow
from askmesh.gateway.publishing import Publisher
from askmesh.gateway.running import ATTEMPTS
from askmesh.gateway.settings import Settings
from askmesh.gateway.shared_redis import RedisAnswers
from askmesh.gateway.sharing import KnownAnswer
from askmesh.gateway.wiring import gateway_service
from askmesh.rpc import reason_of
from support.answer_desk import Parts, desk
from support.needed_servers import needed
from support.redis_server import RedisServer, redis_server
from support.tcp_proxy import tcp_proxy
from support.upstreams import PATIENT, Upstreams, settings_before, upstreams

MAKING = ("UnderstandQuestion", "RetrievePassages", "RankPassages", "StreamSummary")
ASKED = pb2.StreamAnswerRequest(question="What is a mesh?", request_id="r")


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Generator[RedisServer]:
    with (
        needed("Redis"),
        redis_server(tmp_path_factory.mktemp("redis"), "--appendonly", "no") as server,
    ):
        yield server


@dataclass
class Scene:
    one: GatewayServiceStub
    other: GatewayServiceStub
    upstreams: Upstreams


def settings_of(behind: Upstreams, cache: str) -> Settings:
    return settings_before(behind.address, upstream_retry_seconds=0, cache=cache)


@asynccontextmanager
async def gateways(
    address: str,
    *,
    address_of_one: str = "",
    hold: bool = False,
    **settings: float,
) -> AsyncGenerator[Scene]:
    async with upstreams(hold=hold) as behind, AsyncExitStack() as stack:
        common = settings_of(behind, address).model_copy(update=settings)
        stubs: list[GatewayServiceStub] = []
        for cache in (address_of_one or address, address):
            own = common.model_copy(update={"cache": SecretStr(cache)})
            port = await stack.enter_async_context(gateway_service(own))
            channel = await stack.enter_async_context(aio.insecure_channel(f"127.0.0.1:{port}"))
            stubs.append(GatewayServiceStub(channel))
        yield Scene(stubs[0], stubs[1], behind)


@pytest.fixture
async def held(redis: RedisServer) -> AsyncGenerator[Scene]:
    redis.empty()
    async with gateways(redis.address, hold=True) as scene:
        yield scene


async def events_of(
    call: aio.UnaryStreamCall[pb2.StreamAnswerRequest, pb2.StreamAnswerResponse]
    | aio.UnaryStreamCall[pb2.ResumeAnswerRequest, pb2.ResumeAnswerResponse],
) -> list[pb2.AnswerEvent]:
    return [message.event async for message in call if message.HasField("event")]


class Reading:
    """Reads a stream: first some, later the rest."""

    def __init__(
        self, call: aio.UnaryStreamCall[pb2.StreamAnswerRequest, pb2.StreamAnswerResponse]
    ) -> None:
        self._messages = aiter(call)
        self.events: list[pb2.AnswerEvent] = []

    async def words(self) -> None:
        """Read up to the first words."""
        async for message in self._messages:
            self.events.append(message.event)
            if message.event.HasField("text_delta"):
                return

    async def rest(self) -> list[pb2.AnswerEvent]:
        """Return all events."""
        self.events += [each.event async for each in self._messages if each.HasField("event")]
        return self.events


async def begun(scene: Scene) -> list[pb2.AnswerEvent]:
    """Ask one gateway, and leave it after the first words."""
    call = scene.one.StreamAnswer(ASKED, timeout=60)
    events: list[pb2.AnswerEvent] = []
    async for message in call:
        events.append(message.event)
        if message.event.HasField("text_delta"):
            break
    call.cancel()
    return events


async def test_an_answer_goes_on_at_another_gateway_byte_for_byte(held: Scene) -> None:
    events = await begun(held)
    answer_id = events[0].answer_id
    resume = pb2.ResumeAnswerRequest(answer_id=answer_id, after_sequence=events[-1].sequence)
    whole = pb2.ResumeAnswerRequest(answer_id=answer_id)
    rest = held.other.ResumeAnswer(resume, timeout=60)
    again = held.other.ResumeAnswer(whole, timeout=60)
    held.upstreams.finish.set()
    events += await events_of(rest)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert events[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED
    assert await events_of(again) == events
    assert await events_of(held.one.ResumeAnswer(whole, timeout=60)) == events
    assert held.upstreams.calls["StreamSummary"] == 1


async def test_any_gateway_cancels_for_all(held: Scene) -> None:
    events = await begun(held)
    request = pb2.CancelAnswerRequest(answer_id=events[0].answer_id)
    assert (await held.other.CancelAnswer(request, timeout=60)).cancelled
    await held.upstreams.summary_cancelled.wait()
    whole = pb2.ResumeAnswerRequest(answer_id=events[0].answer_id)
    for gateway in (held.one, held.other):
        ends = await events_of(gateway.ResumeAnswer(whole, timeout=60))
        assert ends[-1].completed.outcome == ANSWER_OUTCOME_CANCELLED
    assert not (await held.other.CancelAnswer(request, timeout=60)).cancelled


async def test_a_request_gets_its_answer_from_any_gateway(held: Scene) -> None:
    events = await begun(held)
    held.upstreams.finish.set()
    repeated = await events_of(held.other.StreamAnswer(ASKED, timeout=60))
    assert repeated[: len(events)] == events
    assert await events_of(held.one.StreamAnswer(ASKED, timeout=60)) == repeated
    other = pb2.StreamAnswerRequest(question="What is a net?", request_id="r")
    with pytest.raises(aio.AioRpcError) as caught:
        await events_of(held.other.StreamAnswer(other, timeout=60))
    assert reason_of(caught.value) == "REQUEST_ID_REUSED"
    assert held.upstreams.calls["StreamSummary"] == 1


async def test_an_answer_of_another_tenant_is_unknown_everywhere(held: Scene) -> None:
    events = await begun(held)
    request = pb2.ResumeAnswerRequest(answer_id=events[0].answer_id)
    call = held.other.ResumeAnswer(request, timeout=60, metadata=[("askmesh-tenant", "stranger")])
    with pytest.raises(aio.AioRpcError):
        await events_of(call)


async def test_an_equal_question_at_another_gateway_finds_the_answer(redis: RedisServer) -> None:
    redis.empty()
    async with gateways(redis.address) as scene:
        asked = pb2.StreamAnswerRequest(question="What is a mesh?")
        await events_of(scene.one.StreamAnswer(asked, timeout=60))
        found = await events_of(scene.other.StreamAnswer(asked, timeout=60))
        assert found[-1].completed.cache_status == pb2.CACHE_STATUS_EXACT_HIT
        assert scene.upstreams.calls["StreamSummary"] == 1
        again = pb2.ResumeAnswerRequest(answer_id=found[0].answer_id)
        assert await events_of(scene.one.ResumeAnswer(again, timeout=60)) == found
        once_more = await events_of(scene.one.StreamAnswer(asked, timeout=60))
        assert alike(once_more) == alike(found)
        again = pb2.ResumeAnswerRequest(answer_id=once_more[0].answer_id)
        assert await events_of(scene.other.ResumeAnswer(again, timeout=60)) == once_more
        stranger = scene.other.ResumeAnswer(again, timeout=60, metadata=[("askmesh-tenant", "x")])
        with pytest.raises(aio.AioRpcError):
            await events_of(stranger)


async def test_a_question_in_other_words_is_known_at_all_gateways(redis: RedisServer) -> None:
    redis.empty()
    other_words = pb2.StreamAnswerRequest(question="what's a mesh", request_id="other")
    async with gateways(redis.address, other_words_error=1.0) as scene:
        asked = pb2.StreamAnswerRequest(question="What is a mesh?")
        await events_of(scene.one.StreamAnswer(asked, timeout=60))
        found = await events_of(scene.other.StreamAnswer(other_words, timeout=60))
        assert found[-1].completed.cache_status == pb2.CACHE_STATUS_SEMANTIC_HIT
        again = pb2.ResumeAnswerRequest(answer_id=found[0].answer_id)
        assert await events_of(scene.one.ResumeAnswer(again, timeout=60)) == found
        assert await events_of(scene.one.StreamAnswer(other_words, timeout=60)) == found


async def test_an_answer_from_the_cache_keeps_its_request(redis: RedisServer) -> None:
    redis.empty()
    async with gateways(redis.address) as scene:
        await events_of(scene.one.StreamAnswer(EQUAL, timeout=60))
        found = await events_of(scene.other.StreamAnswer(ASKED, timeout=60))
        assert found[-1].completed.cache_status == pb2.CACHE_STATUS_EXACT_HIT
        assert await events_of(scene.one.StreamAnswer(ASKED, timeout=60)) == found
        misused = pb2.StreamAnswerRequest(question="another", request_id=ASKED.request_id)
        for gateway in (scene.one, scene.other):
            with pytest.raises(aio.AioRpcError) as caught:
                await events_of(gateway.StreamAnswer(misused, timeout=60))
            assert reason_of(caught.value) == "REQUEST_ID_REUSED"


async def test_who_resumes_an_answer_from_the_cache_elsewhere_may_ask_again_there(
    redis: RedisServer,
) -> None:
    redis.empty()
    async with gateways(redis.address) as scene:
        await events_of(scene.one.StreamAnswer(EQUAL, timeout=60))
        found = await events_of(scene.other.StreamAnswer(ASKED, timeout=60))
        again = pb2.ResumeAnswerRequest(answer_id=found[0].answer_id)
        assert await events_of(scene.one.ResumeAnswer(again, timeout=60)) == found
        assert await events_of(scene.one.StreamAnswer(ASKED, timeout=60)) == found


async def test_answers_go_on_without_redis() -> None:
    async with gateways("redis://127.0.0.1:1") as scene:
        events = await events_of(scene.one.StreamAnswer(ASKED, timeout=60))
        assert events[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED


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


EQUAL = pb2.StreamAnswerRequest(question="What is a mesh?")


async def joined(scene: Scene) -> tuple[Reading, Reading]:
    """Ask one gateway and then the other the same, until both have the first words."""
    first = Reading(scene.one.StreamAnswer(EQUAL, timeout=60))
    await first.words()
    second = Reading(scene.other.StreamAnswer(EQUAL, timeout=60))
    await second.words()
    return first, second


def statuses(answers: Sequence[Sequence[pb2.AnswerEvent]]) -> Counter[int]:
    return Counter(int(events[-1].completed.cache_status) for events in answers)


def alike(events: Sequence[pb2.AnswerEvent]) -> bytes:
    """Return the bytes that are the same for all who share an answer."""
    copies = [pb2.AnswerEvent.FromString(event.SerializeToString()) for event in events]
    for copy in copies:
        copy.ClearField("answer_id")
        copy.completed.ClearField("cache_status") if copy.HasField("completed") else None
    return b"".join(copy.SerializeToString(deterministic=True) for copy in copies)


async def test_equal_questions_to_two_gateways_cost_one_of_everything(redis: RedisServer) -> None:
    redis.empty()
    async with gateways(redis.address, hold=True) as scene:
        both = [scene.one, scene.other]
        calls = [both[number % 2].StreamAnswer(EQUAL, timeout=60) for number in range(100)]
        readings = [Reading(call) for call in calls]
        for reading in readings:
            await reading.words()
        scene.upstreams.finish.set()
        answers = [await reading.rest() for reading in readings]
        made = {name: scene.upstreams.calls[name] for name in MAKING}
    assert made == dict.fromkeys(MAKING, 1)
    assert len({alike(events) for events in answers}) == 1
    assert len({events[0].answer_id for events in answers}) == 100
    assert statuses(answers) == {pb2.CACHE_STATUS_MISS: 1, pb2.CACHE_STATUS_JOINED: 99}


async def test_those_who_joined_at_another_gateway_outlive_a_failure(held: Scene) -> None:
    held.upstreams.broken = ATTEMPTS
    first, second = await joined(held)
    held.upstreams.finish.set()
    with pytest.raises(aio.AioRpcError):
        await first.rest()
    events = await second.rest()
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert "".join(event.text_delta.text for event in events) == "A mesh is a net. "
    assert events[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED
    again = pb2.ResumeAnswerRequest(answer_id=events[0].answer_id)
    assert await events_of(held.one.ResumeAnswer(again, timeout=60)) == events


async def test_those_who_joined_at_another_gateway_fail_when_it_fails_again(held: Scene) -> None:
    held.upstreams.broken = 3 * ATTEMPTS
    _, second = await joined(held)
    held.upstreams.finish.set()
    with pytest.raises(aio.AioRpcError):
        await second.rest()
    assert held.upstreams.calls["StreamSummary"] < 2 * ATTEMPTS


async def test_cancelling_ends_nothing_for_those_who_joined_at_another_gateway(
    held: Scene,
) -> None:
    first, second = await joined(held)
    request = pb2.CancelAnswerRequest(answer_id=first.events[0].answer_id)
    assert (await held.other.CancelAnswer(request, timeout=60)).cancelled
    cancelled = await first.rest()
    assert cancelled[-1].completed.outcome == ANSWER_OUTCOME_CANCELLED
    held.upstreams.finish.set()
    assert (await second.rest())[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED
    again = pb2.ResumeAnswerRequest(answer_id=cancelled[0].answer_id)
    for gateway in (held.one, held.other):
        assert await events_of(gateway.ResumeAnswer(again, timeout=60)) == cancelled


async def test_an_answer_that_joined_is_cancelled_for_all_who_read_it(held: Scene) -> None:
    first, second = await joined(held)
    request = pb2.CancelAnswerRequest(answer_id=second.events[0].answer_id)
    assert (await held.one.CancelAnswer(request, timeout=60)).cancelled
    with pytest.raises(aio.AioRpcError) as caught:
        await second.rest()
    assert reason_of(caught.value) == "ANSWER_MOVED"
    again = pb2.ResumeAnswerRequest(answer_id=second.events[0].answer_id)
    for gateway in (held.one, held.other):
        ends = await events_of(gateway.ResumeAnswer(again, timeout=60))
        assert ends[-1].completed.outcome == ANSWER_OUTCOME_CANCELLED
    held.upstreams.finish.set()
    assert (await first.rest())[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED


async def test_what_nobody_keeps_is_made_anew_for_the_next_who_asks(redis: RedisServer) -> None:
    redis.empty()
    async with gateways(redis.address, answer_cache_seconds=0) as scene:
        for gateway, count in ((scene.one, 1), (scene.other, 2)):
            events = await events_of(gateway.StreamAnswer(EQUAL, timeout=60))
            assert events[-1].completed.cache_status == pb2.CACHE_STATUS_MISS
            assert scene.upstreams.calls["StreamSummary"] == count


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
    redis: RedisServer, held: Scene
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


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"


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
