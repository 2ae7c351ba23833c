"""A network that swallows everything at some moment, without closing a connection."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

CHUNK_BYTES = 65_536


class SilentProxy:
    """Forwards bytes in both directions until it falls silent."""

    def __init__(self, upstream_port: int) -> None:
        self.port = 0
        self._upstream_port = upstream_port
        self._is_silent = False

    def fall_silent(self) -> None:
        """Swallow all bytes from now on. Connections stay open."""
        self._is_silent = True

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self._upstream_port)
            async with asyncio.TaskGroup() as directions:
                directions.create_task(self._copy(reader, upstream[1]))
                directions.create_task(self._copy(upstream[0], writer))
        except OSError:
            pass  # the server is away, and so is the proxy then
        finally:
            writer.transport.abort()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(CHUNK_BYTES):
                if not self._is_silent:
                    writer.write(data)
                    await writer.drain()
        writer.close()


@asynccontextmanager
async def silent_proxy(upstream_port: int) -> AsyncGenerator[SilentProxy]:
    """Forward a port of this machine to another one."""
    proxy = SilentProxy(upstream_port)
    server = await asyncio.start_server(proxy.forward, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await server.wait_closed()
