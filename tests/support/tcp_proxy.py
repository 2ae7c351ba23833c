"""A TCP proxy that loses, holds, cuts or swallows what it is told to."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from ssl import SSLContext

_CHUNK_BYTES = 65_536


class TcpProxy:
    """Passes bytes between clients and `127.0.0.1:port`, until told otherwise.

    A request that is looked for must arrive in one piece, so it should be short.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._connections: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_silent = False
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

    def fall_silent(self) -> None:
        """Swallow all bytes from now on. Connections stay open."""
        self._is_silent = True

    def speak(self) -> None:
        """Pass bytes again. What was swallowed is lost: connections of before are of no use."""
        self._is_silent = False

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
        with self._breakable(writer), suppress(OSError):  # without a target there is no proxy
            from_target, to_target = await asyncio.open_connection("127.0.0.1", self._target_port)
            with self._breakable(to_target):
                reply_is_lost = asyncio.Event()
                async with asyncio.TaskGroup() as directions:
                    directions.create_task(self._pass_requests(reader, to_target, reply_is_lost))
                    directions.create_task(self._pass_replies(from_target, writer, reply_is_lost))
        self._connections.discard(this)

    async def end(self) -> None:
        """Break all connections and wait until they are gone."""
        self.release()
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

    async def _pass_requests(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        reply_is_lost: asyncio.Event,
    ) -> None:
        with suppress(ConnectionError):
            while request := await reader.read(_CHUNK_BYTES):
                if await self._admit(request):
                    reply_is_lost.set()
                await self._write(writer, request)
        writer.close()

    async def _pass_replies(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        reply_is_lost: asyncio.Event,
    ) -> None:
        with suppress(ConnectionError):
            while reply := await reader.read(_CHUNK_BYTES):
                if reply_is_lost.is_set():
                    break
                await self._write(writer, reply)
        writer.close()

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if not self._is_silent and not writer.is_closing():
            writer.write(data)
            await writer.drain()

    async def _admit(self, request: bytes) -> bool:
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
async def tcp_proxy(target_port: int, *, tls: SSLContext | None = None) -> AsyncGenerator[TcpProxy]:
    """Run a proxy to a port of this machine until the block ends; its clients may speak TLS."""
    proxy = TcpProxy(target_port)
    server = await asyncio.start_server(proxy.connect, "127.0.0.1", 0, ssl=tls)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.end()
