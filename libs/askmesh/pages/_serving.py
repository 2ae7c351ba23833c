"""HTTP/1.1 with one request per connection: all that a scrape and a page need."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

READ_SECONDS = 5.0
MAX_BODY_BYTES = 16 * 1024 * 1024
_BROKEN = (OSError, TimeoutError, EOFError, ValueError, asyncio.LimitOverrunError)
"""What ends a connection without an answer: requests that are none, among others."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What somebody asks for. Names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class WebPage:
    """What they get."""

    content: bytes
    content_type: str
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


AnswerPage: TypeAlias = Callable[[PageRequest], Awaitable[WebPage]]


def text_page(text: str) -> WebPage:
    """Return a page of plain text."""
    return WebPage(text.encode(), "text/plain; charset=utf-8")


def problem(status: HTTPStatus, sentence: str) -> WebPage:
    """Return a page that says why there is no other."""
    return WebPage(f"{sentence}\n".encode(), "text/plain; charset=utf-8", status)


@asynccontextmanager
async def serving_pages(address: str, answer: AnswerPage) -> AsyncGenerator[int]:
    """Serve at `address` (`host:port`) until the block ends, and yield the port.

    Raise `OSError` if nothing can listen there. Answers in the making end with the block.
    """
    pages = _Pages(answer)
    host, _, port = address.rpartition(":")
    server = await asyncio.start_server(pages.serve, host.strip("[]"), int(port))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await pages.end()
        await server.wait_closed()


class _Pages:
    """Answers connections."""

    def __init__(self, answer: AnswerPage) -> None:
        self._answer = answer
        self._serving: set[asyncio.Task[None]] = set()

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def end(self) -> None:
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(*_BROKEN):
                async with asyncio.timeout(READ_SECONDS):
                    request = await _request(reader)
                await self._reply(request, writer)
        finally:
            writer.close()
            with suppress(*_BROKEN):
                async with asyncio.timeout(READ_SECONDS):
                    await writer.wait_closed()

    async def _reply(self, request: PageRequest, writer: asyncio.StreamWriter) -> None:
        page = await self._answer(request)
        async with asyncio.timeout(READ_SECONDS):
            writer.write(_message(page))
            await writer.drain()


async def _request(reader: asyncio.StreamReader) -> PageRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, _, target = first.partition(" ")
    headers = _headers(lines)
    asked = urlsplit(target.partition(" ")[0])
    size = int(headers.get("content-length", "0"))
    if size > MAX_BODY_BYTES:
        raise ValueError("nobody sends so much")
    body = await reader.readexactly(size)
    return PageRequest(method, asked.path, dict(parse_qsl(asked.query)), headers, body)


def _headers(lines: list[str]) -> Mapping[str, str]:
    """Return the headers; those that come several times are one, as a list."""
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            key = name.strip().lower()
            found[key] = f"{found[key]},{value.strip()}" if key in found else value.strip()
    return found


def _message(page: WebPage) -> bytes:
    headers = {
        "Content-Type": page.content_type,
        "Content-Length": str(len(page.content)),
        "Connection": "close",
        **page.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    status = f"HTTP/1.1 {page.status.value} {page.status.phrase}\r\n"
    return f"{status}{lines}\r\n".encode("latin-1") + page.content
