"""The faults that tests and benchmarks cause are those that they name."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from support.signals import kill, no_room_on_disk, processes_of, stopped
from support.tcp_proxy import TcpProxy, tcp_proxy

HELLO = b"hello"


@asynccontextmanager
async def repeating() -> AsyncGenerator[TcpProxy]:
    """A proxy to a server that says what it hears."""

    async def repeat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while heard := await reader.read(1000):
            writer.write(heard)
        writer.close()

    server = await asyncio.start_server(repeat, "127.0.0.1", 0)
    async with server, tcp_proxy(server.sockets[0].getsockname()[1]) as proxy:
        yield proxy


class Talker:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, words: bytes) -> bytes:
        self.writer.write(words)
        return await self.reader.read(1000)


@asynccontextmanager
async def talking(proxy: TcpProxy) -> AsyncGenerator[Talker]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        async with asyncio.timeout(60):
            yield Talker(reader, writer)
    finally:
        writer.transport.abort()


async def test_a_proxy_passes_both_ways() -> None:
    async with repeating() as proxy, talking(proxy) as talker:
        assert await talker.say(HELLO) == HELLO


async def test_what_a_stalled_line_keeps_comes_when_it_goes_on() -> None:
    async with repeating() as proxy, talking(proxy) as talker:
        assert await talker.say(HELLO) == HELLO
        proxy.stall()
        late = asyncio.create_task(talker.say(b"later"))
        done, _ = await asyncio.wait([late], timeout=0.2)
        assert not done
        proxy.go_on()
        assert await late == b"later"


async def test_what_a_silent_line_swallows_never_comes() -> None:
    async with repeating() as proxy, talking(proxy) as talker:
        proxy.fall_silent()
        lost = asyncio.create_task(talker.say(b"lost"))
        done, _ = await asyncio.wait([lost], timeout=0.2)
        assert not done
        lost.cancel()
        await asyncio.wait([lost])
        proxy.speak()
        assert await talker.say(HELLO) == HELLO


async def test_a_slow_line_delays_pieces_and_keeps_their_order() -> None:
    async with repeating() as proxy, talking(proxy) as talker:
        proxy.slow(delay_seconds=0.1)
        began = asyncio.get_running_loop().time()
        for word in (b"one ", b"two ", b"three"):
            talker.writer.write(word)
            await talker.writer.drain()
        heard = await talker.reader.readexactly(len(b"one two three"))
        assert heard == b"one two three"
        # The clock of the loop moves by milliseconds, and may be one behind.
        assert asyncio.get_running_loop().time() - began >= 0.198


async def test_a_narrow_line_takes_its_time() -> None:
    async with repeating() as proxy, talking(proxy) as talker:
        proxy.slow(bytes_per_second=5_000)
        began = asyncio.get_running_loop().time()
        talker.writer.write(b"x" * 1000)
        await talker.reader.readexactly(1000)
        assert await talker.say(HELLO) == HELLO
        took = asyncio.get_running_loop().time() - began
        assert round(took, 3) >= 0.2  # the loop's clock counts milliseconds


async def test_a_line_that_refuses_breaks_connections_until_it_accepts_them() -> None:
    async with repeating() as proxy:
        async with talking(proxy) as talker:
            assert await talker.say(HELLO) == HELLO
            proxy.refuse()
            assert await ended(talker)
        async with talking(proxy) as talker:
            assert await ended(talker)
        proxy.accept()
        async with talking(proxy) as talker:
            assert await talker.say(HELLO) == HELLO


async def ended(talker: Talker) -> bool:
    try:
        return await talker.say(HELLO) == b""
    except ConnectionError:
        return True


@asynccontextmanager
async def program(source: str, home: Path) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A Python program that answers by lines, and whatever it starts."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-c", source),
        env={**os.environ, "ASKMESH_HOME": str(home)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(60):
            yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def said(process: asyncio.subprocess.Process, to: bytes = b"\n") -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(to)
    return (await process.stdout.readline()).strip()


WITH_A_CHILD = """
import subprocess, sys
child = subprocess.Popen(["sleep", "1000"])
for line in sys.stdin:
    print(child.pid)
"""


async def test_a_process_is_stopped_with_what_it_started_and_goes_on(tmp_path: Path) -> None:
    async with program(WITH_A_CHILD, tmp_path) as process:
        child = int(await said(process))
        with stopped(process.pid):
            for each in (process.pid, child):
                await until(each, {"T"})
            late = asyncio.create_task(said(process))
        assert int(await late) == child
        await until(child, {"S", "R"})


async def test_a_process_is_killed_with_what_it_started(tmp_path: Path) -> None:
    async with program(WITH_A_CHILD, tmp_path) as process:
        child = int(await said(process))
        kill(process.pid)
        assert await process.wait() == -signal.SIGKILL
        await until(child, {"", "Z"})


WRITING = """
import sys
for line in sys.stdin:
    try:
        with open(line.strip(), "w") as file:
            file.write("x")
        print("written")
    except OSError as error:
        print(error.errno)
"""


async def test_a_process_without_room_on_the_disk_cannot_write_and_then_can(tmp_path: Path) -> None:
    file = f"{tmp_path / 'file'}\n".encode()
    async with program(WRITING, tmp_path) as process:
        with no_room_on_disk(process.pid):
            assert await said(process, file) == b"27"  # EFBIG
        assert await said(process, file) == b"written"


async def test_processes_are_found_by_their_module_and_home(tmp_path: Path) -> None:
    async with program(WITH_A_CHILD, tmp_path) as process:
        await said(process)
        assert processes_of(WITH_A_CHILD, tmp_path) == [process.pid]
        assert processes_of(WITH_A_CHILD, tmp_path / "other") == []


def state(process: int) -> str:
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    return told.rpartition(")")[2].split()[0]


async def until(process: int, states: set[str]) -> None:
    # Another process has no event of ours to wait for.
    while state(process) not in states:  # noqa: ASYNC110
        await asyncio.sleep(0)
