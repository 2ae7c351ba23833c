"""The HTTP endpoint that Prometheus reads."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from askmesh.errors import StartupError

READ_SECONDS = 5.0


@asynccontextmanager
async def exposition(
    registry: CollectorRegistry, address: str, variable: str
) -> AsyncGenerator[int]:
    """Serve `registry` at `/metrics` until the block ends, and yield the port.

    `variable` is the environment variable that the message of a `StartupError` names.
    """
    endpoint = _Endpoint(registry)
    host, _, port = address.rpartition(":")
    try:
        server = await asyncio.start_server(endpoint.answer, host.strip("[]"), int(port))
    except OSError as error:
        raise StartupError(
            "METRICS_ADDRESS_UNUSABLE",
            f"Metrics cannot be served at {address} ({error.strerror}): "
            f"free that port, or set {variable}",
            address=address,
        ) from error
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


class _Endpoint:
    """Answers one request per connection: all that a scrape needs."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(
            OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):
            async with asyncio.timeout(READ_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(self._response(head.decode("latin-1")))
                await writer.drain()
        writer.close()

    def _response(self, head: str) -> bytes:
        request, *lines = head.split("\r\n")
        method, _, target = request.partition(" ")
        path = target.partition(" ")[0].partition("?")[0]
        if method != "GET" or path != "/metrics":
            return _message("404 Not Found", "text/plain", b"The metrics are at /metrics\n")
        encoder, content_type = choose_encoder(_accepted(lines))
        return _message("200 OK", content_type, encoder(self._registry))


def _accepted(lines: list[str]) -> str:
    headers = (line.partition(":") for line in lines)
    return ",".join(value.strip() for name, _, value in headers if name.lower() == "accept")


def _message(status: str, content_type: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("latin-1") + body
