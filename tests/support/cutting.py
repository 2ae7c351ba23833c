"""A relay between a client and a server that can cut their connections."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

CHUNK_BYTES = 64 * 1024


class Relay:
    """Passes bytes on in both directions, until it cuts what is connected at the moment."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Condition()
        self.address = ""
        self.connection_count = 0

    def cut(self) -> None:
        """Reset all connections at once. New ones are accepted."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass the bytes of one connection on until either side ends."""
        self.connection_count += 1
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:  # the server is away, and so is the relay then
            writer.transport.abort()
            return
        upstream_reader, upstream_writer = upstream
        writers = {writer, upstream_writer}
        self._writers |= writers
        try:
            async with asyncio.TaskGroup() as directions:
                directions.create_task(_pass_on(reader, upstream_writer))
                directions.create_task(_pass_on(upstream_reader, writer))
        finally:
            for each in writers:
                each.transport.abort()
            async with self._open:
                self._writers -= writers
                self._open.notify_all()

    async def end(self) -> None:
        """Cut all connections and wait until they are gone."""
        self.cut()
        async with self._open:
            await self._open.wait_for(lambda: not self._writers)


@asynccontextmanager
async def relay_to(port: int) -> AsyncGenerator[Relay]:
    """Relay to a server on this machine until the block ends."""
    relay = Relay(port)
    server = await asyncio.start_server(relay.connect, "127.0.0.1", 0)
    relay.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        try:
            yield relay
        finally:
            await relay.end()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    writer.transport.abort()
