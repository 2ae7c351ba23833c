"""Servers of services: health, draining, addresses, reflection."""

import asyncio
import socket

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.config import ServiceSettings
from askmesh.errors import StartupError
from askmesh.serving import serving
from askmesh.telemetry import silent_telemetry
from support.echo import SERVICE, Context, echo_client, echo_service, register_echo, text
from support.health import health_of, watched_health
from support.reflection import listed_services


async def echoed(request: StringValue, _: Context) -> StringValue:
    return request


@pytest.mark.parametrize("service", ["", "liveness", SERVICE])
async def test_health_is_serving_for_the_process_and_its_services(service: str) -> None:
    async with echo_service(unary=echoed) as port, echo_client(port) as client:
        assert await health_of(client.channel, service) == "SERVING"


async def test_health_of_a_service_unknown_is_not_found() -> None:
    async with echo_service(unary=echoed) as port, echo_client(port) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await health_of(client.channel, "askmesh.Unknown")
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


async def test_a_service_that_drains_says_so_and_a_call_in_flight_ends_well() -> None:
    started, may_end = asyncio.Event(), asyncio.Event()

    async def unary(request: StringValue, _: Context) -> StringValue:
        started.set()
        await may_end.wait()
        return request

    draining = asyncio.Event()
    settings = ServiceSettings(drain_seconds=30)
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:

        async def serve_until_told(port: asyncio.Future[int]) -> None:
            async with echo_service(settings=settings, unary=unary) as bound:
                port.set_result(bound)
                await draining.wait()

        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        server = tasks.create_task(serve_until_told(port))
        async with echo_client(await port) as client:
            call = client.unary(text("kept"), timeout=60)
            await started.wait()
            health = watched_health(client.channel)
            assert await anext(health) == "SERVING"
            draining.set()
            assert await anext(health) == "NOT_SERVING"
            async with echo_client(port.result()) as late:
                await _until_refused(late.channel)
            may_end.set()
            assert (await call).value == "kept"
        await server


async def _until_refused(channel: aio.Channel) -> None:
    """Ask for health until the server says that it ends, or takes no calls any more."""
    while True:
        try:
            if await health_of(channel) == "NOT_SERVING":
                return
        except aio.AioRpcError as error:
            if error.code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}:
                return
            raise


async def test_a_call_that_outlasts_the_drain_time_is_cancelled() -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def unary(request: StringValue, _: Context) -> StringValue:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return request

    settings = ServiceSettings(drain_seconds=0.05)
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        async with echo_service(settings=settings, unary=unary) as port:
            call = tasks.create_task(_refused_call(port))
            await started.wait()
        await cancelled.wait()
        assert await call in {"UNAVAILABLE", "CANCELLED"}


async def _refused_call(port: int) -> str:
    async with echo_client(port) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=60)
    return caught.value.code().name


async def test_a_port_in_use_is_named_with_the_variable_to_set() -> None:
    async with echo_service(unary=echoed) as port:
        settings = ServiceSettings(address=f"127.0.0.1:{port}")
        with pytest.raises(StartupError) as caught:
            async with echo_service(settings=settings, unary=echoed):
                pass
    assert caught.value.message == (
        f"Port 127.0.0.1:{port} is in use: stop what listens there, or set ASKMESH_ADDRESS."
    )


@pytest.mark.parametrize("address", ["192.0.2.1:7400", "no-such-host.invalid:7400"])
async def test_an_address_of_another_machine_is_refused_in_one_sentence(address: str) -> None:
    with pytest.raises(StartupError, match=f"The address {address} cannot be used"):
        async with echo_service(settings=ServiceSettings(address=address), unary=echoed):
            pass


async def test_the_port_is_free_again_after_the_service_has_ended() -> None:
    async with echo_service(unary=echoed) as port, echo_client(port) as client:
        await client.unary(text(""), timeout=60)
    async with echo_service(settings=ServiceSettings(address=f"127.0.0.1:{port}"), unary=echoed):
        with socket.create_connection(("127.0.0.1", port), timeout=60):
            pass


async def test_messages_of_many_megabytes_pass() -> None:
    value = "x" * 20_000_000
    async with echo_service(unary=echoed) as port, echo_client(port) as client:
        response = await client.unary(text(value), timeout=60)
    assert response.value == value


@pytest.mark.parametrize("reflection", [True, False])
async def test_reflection_lists_the_services_only_when_it_is_set(reflection: bool) -> None:  # noqa: FBT001 - a parameter
    settings = ServiceSettings(reflection=reflection, drain_seconds=0)
    async with (
        serving(
            lambda server: register_echo(server, unary=echoed),
            services=[SERVICE],
            settings=settings,
            telemetry=silent_telemetry(),
        ) as port,
        echo_client(port) as client,
    ):
        assert (SERVICE in await listed_services(client.channel)) is reflection


async def test_a_server_waits_for_the_calls_of_all_methods_in_one_task() -> None:
    async with echo_service(unary=echoed) as port, echo_client(port) as client:
        assert await health_of(client.channel, "") == "SERVING"
        waiting = [task for task in asyncio.all_tasks() if "._request_" in repr(task)]
    assert len(waiting) == 1


async def test_methods_that_are_added_by_the_name_of_their_service_are_served() -> None:
    def register(server: aio.Server) -> None:
        handler = grpc.unary_unary_rpc_method_handler(
            echoed, StringValue.FromString, StringValue.SerializeToString
        )
        server.add_registered_method_handlers(SERVICE, {"Unary": handler})

    settings = ServiceSettings(drain_seconds=0)
    async with (
        serving(register, services=[], settings=settings, telemetry=silent_telemetry()) as port,
        echo_client(port) as client,
    ):
        assert (await client.unary(text("a"), timeout=60)).value == "a"
