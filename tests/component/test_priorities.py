"""How urgent a call is, from the client to the last service behind the gateway."""

from contextlib import aclosing

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.client import Client, Priority, askmesh_client
from askmesh.gateway.wiring import gateway_service
from askmesh.resilience import current_priority, prioritized
from askmesh.rpc import PRIORITY_METADATA_KEY, field_violations_of, reason_of
from support.echo import Context, Failing, echo, text
from support.scripted_mesh import ScriptedGateway, answer, scripted_mesh
from support.spans import attribute, recording_telemetry
from support.upstreams import settings_before, upstreams


async def tell_priority(_: StringValue, __: Context) -> StringValue:
    return text(current_priority())


async def ask(client: Client, question: str, priority: Priority | None = None) -> None:
    async with aclosing(client.ask(question, priority=priority)) as events:
        async for _ in events:
            pass


async def test_the_priority_travels_through_a_chain_of_services() -> None:
    async with echo(unary=tell_priority) as back:

        async def forward(request: StringValue, _: Context) -> StringValue:
            return await back.unary(request)

        async with echo(unary=forward) as front:
            assert (await front.unary(text(""), timeout=60)).value == "interactive"
            with prioritized(Priority.BATCH):
                assert (await front.unary(text(""), timeout=60)).value == "batch"
            metadata = [(PRIORITY_METADATA_KEY, "batch")]
            assert (await front.unary(text(""), timeout=60, metadata=metadata)).value == "batch"


async def test_metadata_of_a_call_count_more_than_what_is_around_it() -> None:
    async with echo(unary=tell_priority) as client:
        with prioritized(Priority.BATCH):
            metadata = [(PRIORITY_METADATA_KEY, "interactive")]
            told = await client.unary(text(""), timeout=60, metadata=metadata)
    assert told.value == "interactive"


@pytest.mark.parametrize("told", ["urgent", "BATCH", ""])
async def test_a_priority_that_is_none_is_refused_with_the_name_of_its_metadata(told: str) -> None:
    failing = Failing(ZeroDivisionError())
    async with echo(unary=failing.unary) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=60, metadata=[(PRIORITY_METADATA_KEY, told)])
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(caught.value) == "PRIORITY_UNKNOWN"
    assert field_violations_of(caught.value) == [PRIORITY_METADATA_KEY]
    assert failing.calls == 0


async def test_the_span_of_a_served_call_has_its_priority() -> None:
    telemetry, log = recording_telemetry()
    async with echo(telemetry, unary=tell_priority) as client:
        with prioritized(Priority.BATCH):
            await client.unary(text(""), timeout=60)
    assert attribute(await log.server_span(), "askmesh.priority") == "batch"


async def test_a_client_asks_and_resumes_with_the_priority_of_the_question() -> None:
    gateway = ScriptedGateway(answer(5), ends_after=[2])
    async with scripted_mesh(gateway) as mesh:
        await ask(mesh.client, "Why?", Priority.BATCH)
        await ask(mesh.client, "Why then?")
    assert gateway.resumed_after == [2]
    batch, interactive = Priority.BATCH, Priority.INTERACTIVE
    assert gateway.priorities == [batch, batch, interactive]


async def test_the_priority_of_a_question_reaches_all_services_behind_the_gateway() -> None:
    async with (
        upstreams() as behind,
        gateway_service(settings_before(behind.address)) as port,
        askmesh_client(f"127.0.0.1:{port}", "127.0.0.1:1", priority=Priority.BATCH) as client,
    ):
        await ask(client, "What is a mesh?")
        await ask(client, "What is a net?", Priority.INTERACTIVE)
    stages = ("UnderstandQuestion", "RetrievePassages", "RankPassages", "StreamSummary")
    expected = [Priority.BATCH, Priority.INTERACTIVE]
    assert {stage: behind.priorities[stage] for stage in stages} == dict.fromkeys(stages, expected)
