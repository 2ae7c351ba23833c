"""Processes that are started while calls of gRPC go on."""

import os
import subprocess
import sys

import pytest

STARTING = """
import asyncio
from contextlib import suppress

import STARTER
import uvloop
from grpc import aio


async def call_forever(channel):
    while True:
        with suppress(aio.AioRpcError):
            await channel.unary_unary("/nobody/Knows")(b"")


async def codes():
    server = aio.server()
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        calling = [asyncio.create_task(call_forever(channel)) for _ in range(8)]
        for _ in range(150):
            process = await asyncio.create_subprocess_exec("true")
            yield await process.wait()
        for each in calling:
            each.cancel()
        await asyncio.wait(calling)
    await server.stop(None)


async def main():
    print({code async for code in codes()})


uvloop.run(main())
"""


@pytest.mark.parametrize("starter", ["askmesh.cli.__main__", "benchmarks"])
def test_all_processes_start_that_are_started_while_calls_are_made(starter: str) -> None:
    environment = {name: value for name, value in os.environ.items() if "GRPC" not in name}
    result = subprocess.run(
        [sys.executable, "-c", STARTING.replace("STARTER", starter)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert result.stdout == "{0}\n", result.stderr
