"""A TCP proxy that delays, loses, holds, cuts or swallows what it is told to."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from math import inf
from ssl import SSLContext

from support.tcp_line import Line


class TcpProxy:
    """Passes bytes between clients and `127.0.0.1:port`, until told otherwise.

    A request that is looked for must arrive in one piece, so it should be short.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._connections: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._line = Line()
        self._refuses = False
        self._lost: bytes | None = None
        self._held: bytes | None = None
        self._released = asyncio.Event()
        self.holds = asyncio.Event()
        self.replies_lost = 0
        self.connection_count = 0
        self.port = 0

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Break all connections at once. New ones are accepted."""
        for writer in self._writers:
            writer.transport.abort()

    def refuse(self) -> None:
        """Break all connections at once, and new ones, until `accept`."""
        self._refuses = True
        self.cut()

    def accept(self) -> None:
        """Take connections again."""
        self._refuses = False

    def fall_silent(self) -> None:
        """Swallow all bytes from now on. Connections stay open."""
        self._line.is_silent = True

    def speak(self) -> None:
        """Pass bytes again. What was swallowed is lost: connections of before are of no use."""
        self._line.is_silent = False

    def stall(self) -> None:
        """Keep all bytes from now on until `go_on`. Connections stay open, and are good after."""
        self._line.passes.clear()

    def go_on(self) -> None:
        """Pass what was kept, and all that comes."""
        self._line.passes.set()

    def slow(self, *, delay_seconds: float = 0.0, bytes_per_second: float = inf) -> None:
        """Let each byte come later by so much, and no more than so many a second, each way."""
        self._line.delay_seconds = delay_seconds
        self._line.bytes_per_second = bytes_per_second

    def lose_reply_to(self, marker: bytes) -> None:
        """Pass the next request that contains `marker`; close its connection instead of replying.

        The reply is awaited, so the target has done what the request asks for.
        """
        self._lost = marker

    def hold(self, marker: bytes) -> None:
        """Keep the next request that contains `marker` until `release`; set `holds` then."""
        self._held = marker

    def release(self) -> None:
        """Pass the request that is held."""
        self._released.set()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass the bytes of one connection until one side closes it."""
        this = asyncio.current_task()
        assert this is not None
        self._connections.add(this)
        self.connection_count += 1
        with self._breakable(writer):
            if self._refuses:
                writer.transport.abort()
            else:
                await self._pass(reader, writer)
        self._connections.discard(this)

    async def end(self) -> None:
        """Break all connections and wait until they are gone."""
        self.release()
        self.go_on()
        self.cut()
        await asyncio.gather(*self._connections)

    @contextmanager
    def _breakable(self, writer: asyncio.StreamWriter) -> Generator[None]:
        self._writers.add(writer)
        try:
            yield
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):  # without a target there is no proxy
            from_target, to_target = await asyncio.open_connection("127.0.0.1", self._target_port)
            with self._breakable(to_target):
                reply_is_lost = asyncio.Event()

                async def request_passes(request: bytes) -> bool:
                    if await self._reply_is_lost(request):
                        reply_is_lost.set()
                    return True

                async def reply_passes(_: bytes) -> bool:
                    return not reply_is_lost.is_set()

                async with asyncio.TaskGroup() as ways:
                    ways.create_task(self._line.carry(reader, to_target, request_passes))
                    ways.create_task(self._line.carry(from_target, writer, reply_passes))

    async def _reply_is_lost(self, request: bytes) -> bool:
        """Return when the request may pass, and say whether its reply is to be lost."""
        if self._held is not None and self._held in request:
            self._held = None
            self.holds.set()
            await self._released.wait()
        if self._lost is None or self._lost not in request:
            return False
        self._lost = None
        self.replies_lost += 1
        return True


@asynccontextmanager
async def tcp_proxy(
    target_port: int, *, port: int = 0, tls: SSLContext | None = None
) -> AsyncGenerator[TcpProxy]:
    """Run a proxy to a port of this machine until the block ends; its clients may speak TLS.

    It listens on `port`, or on a free one.
    """
    proxy = TcpProxy(target_port)
    server = await asyncio.start_server(proxy.connect, "127.0.0.1", port, ssl=tls)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.end()
