"""A TCP proxy that loses what it is told to lose."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

_CHUNK_BYTES = 65_536


class TcpProxy:
    """Passes bytes between clients and `127.0.0.1:port`, until told otherwise.

    A request that is looked for must arrive in one piece, so it should be short.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._lost: bytes | None = None
        self._held: bytes | None = None
        self._released = asyncio.Event()
        self.holds = asyncio.Event()
        self._clients: set[asyncio.Task[None]] = set()
        self.replies_lost = 0
        self.port = 0

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

    async def serve_client(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Pass one connection until one side closes it."""
        this = asyncio.current_task()
        assert this is not None
        self._clients.add(this)
        try:
            target = await asyncio.open_connection("127.0.0.1", self._target_port)
            await _Connection(self, (reader, writer), target).run()
        except OSError:
            pass  # the target is away, and so is the proxy then
        finally:
            writer.close()
            self._clients.discard(this)

    async def close_clients(self) -> None:
        """Close all connections."""
        clients = list(self._clients)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    async def admit(self, request: bytes) -> bool:
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


class _Connection:
    def __init__(
        self,
        proxy: TcpProxy,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        target: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._proxy = proxy
        self._from_client, self._to_client = client
        self._from_target, self._to_target = target
        self._loses_reply = False

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as directions:
                directions.create_task(self._pass_requests())
                directions.create_task(self._pass_replies())
        finally:
            self._to_target.close()
            self._to_client.close()

    async def _pass_requests(self) -> None:
        with suppress(ConnectionError):
            while request := await self._from_client.read(_CHUNK_BYTES):
                self._loses_reply = await self._proxy.admit(request) or self._loses_reply
                self._to_target.write(request)
                await self._to_target.drain()
        self._to_target.close()

    async def _pass_replies(self) -> None:
        with suppress(ConnectionError):
            while reply := await self._from_target.read(_CHUNK_BYTES):
                if self._loses_reply:
                    break
                self._to_client.write(reply)
                await self._to_client.drain()
        self._to_client.close()


@asynccontextmanager
async def tcp_proxy(target_port: int) -> AsyncGenerator[TcpProxy]:
    """Run a proxy to a port of this machine until the block ends."""
    proxy = TcpProxy(target_port)
    server = await asyncio.start_server(proxy.serve_client, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close_clients()
