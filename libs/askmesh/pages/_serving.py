"""HTTP/1.1 with one request per connection: all that a scrape and a page need."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

_logger = logging.getLogger("askmesh.pages")

READ_SECONDS = 5.0
MAX_CONNECTIONS = 64
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
MaxBody: TypeAlias = Callable[[PageRequest], int]
"""How many bytes of body a request may have, which is told without it."""


def no_body(_: PageRequest) -> int:
    """Take no body of anybody."""
    return 0


def text_page(text: str) -> WebPage:
    """Return a page of plain text."""
    return WebPage(text.encode(), "text/plain; charset=utf-8")


def problem(status: HTTPStatus, sentence: str) -> WebPage:
    """Return a page that says why there is no other."""
    return WebPage(f"{sentence}\n".encode(), "text/plain; charset=utf-8", status)


@asynccontextmanager
async def serving_pages(
    address: str, answer: AnswerPage, max_body: MaxBody = no_body
) -> AsyncGenerator[int]:
    """Serve at `address` (`host:port`) until the block ends, and yield the port.

    Where `max_body` allows none, a body is left unread, and the request answered without it; one
    that is longer than allowed ends the connection, and so does one connection too many. A page
    whose `answer` raises is one that says so, and the log has the error.
    Raise `OSError` if nothing can listen there. Answers in the making end with the block.
    """
    pages = _Pages(answer, max_body)
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

    def __init__(self, answer: AnswerPage, max_body: MaxBody) -> None:
        self._answer = answer
        self._max_body = max_body
        self._serving: set[asyncio.Task[None]] = set()

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._serving) >= MAX_CONNECTIONS:
            writer.close()
            return
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def end(self) -> None:
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if request := await self._taken(reader):
                page = await self._page(request)
                with suppress(*_BROKEN):
                    async with asyncio.timeout(READ_SECONDS):
                        writer.write(_message(page))
                        await writer.drain()
        finally:
            writer.close()
            with suppress(*_BROKEN):
                async with asyncio.timeout(READ_SECONDS):
                    await writer.wait_closed()

    async def _taken(self, reader: asyncio.StreamReader) -> PageRequest | None:
        """Return the request; None if it is none, or does not come."""
        with suppress(*_BROKEN):
            async with asyncio.timeout(READ_SECONDS):
                return await self._request(reader)
        return None

    async def _request(self, reader: asyncio.StreamReader) -> PageRequest:
        request = await _head(reader)
        size, allowed = int(request.headers.get("content-length", "0")), self._max_body(request)
        if not allowed:
            return request
        if size > allowed:
            raise ValueError("nobody sends so much")
        return replace(request, body=await reader.readexactly(size))

    async def _page(self, request: PageRequest) -> WebPage:
        try:
            return await self._answer(request)
        except Exception:  # a defect ends one page, and says so
            _logger.exception("a page failed unexpectedly", extra={"path": request.path})
            sentence = "The page failed unexpectedly: the log says why"
            return problem(HTTPStatus.INTERNAL_SERVER_ERROR, sentence)


async def _head(reader: asyncio.StreamReader) -> PageRequest:
    """Return a request without its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, _, target = first.partition(" ")
    asked = urlsplit(target.partition(" ")[0])
    return PageRequest(method, asked.path, dict(parse_qsl(asked.query)), _headers(lines))


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
