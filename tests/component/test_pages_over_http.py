"""Pages over HTTP: one request per connection, and broken ones end without an answer."""

import asyncio
from contextlib import suppress
from http import HTTPStatus

import pytest

from askmesh.pages import (
    MAX_CONNECTIONS,
    PageRequest,
    WebPage,
    problem,
    serving_pages,
    text_page,
)
from support.http_requests import exchanged, fetched


async def told(request: PageRequest) -> WebPage:
    if request.path == "/nowhere":
        return problem(HTTPStatus.NOT_FOUND, "Nothing is here")
    return text_page(f"{request.method} {request.path} {dict(request.query)} {request.body!r}")


def a_little(request: PageRequest) -> int:
    return 1000 if request.method == "POST" else 0


async def test_path_query_and_body_arrive() -> None:
    async with serving_pages("127.0.0.1:0", told, a_little) as port:
        address = f"127.0.0.1:{port}"
        status, head, content = await exchanged(
            address, "/a?b=c%20d&e=f", method="POST", body=b"body"
        )
    assert (status, content) == (200, "POST /a {'b': 'c d', 'e': 'f'} b'body'")
    assert "Content-Type: text/plain; charset=utf-8" in head


async def test_what_is_not_there_is_said_in_a_sentence() -> None:
    async with serving_pages("127.0.0.1:0", told) as port:
        assert await fetched(f"127.0.0.1:{port}", "/nowhere") == (404, "Nothing is here\n")


@pytest.mark.parametrize("error", [ValueError, OSError, KeyError])
async def test_a_page_that_fails_says_so_and_the_log_says_why(
    caplog: pytest.LogCaptureFixture, error: type[Exception]
) -> None:
    async def fail(_: PageRequest) -> WebPage:
        raise error("of its own")

    async with serving_pages("127.0.0.1:0", fail) as port:
        status, content = await fetched(f"127.0.0.1:{port}", "/a")
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "of its own" not in content
    assert "of its own" in caplog.text


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /a HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /a HTTP/1.1\r\nContent-Length: 1001\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\n\r\n",
        b"x" * 200_000,
        b"",
    ],
    ids=["length", "too long", "target", "no end", "nothing"],
)
async def test_what_is_no_request_has_no_answer_and_others_have(request_bytes: bytes) -> None:
    async with serving_pages("127.0.0.1:0", told, a_little) as port, asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_bytes)
        writer.write_eof()
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        assert (await fetched(f"127.0.0.1:{port}", "/a"))[0] == 200


async def test_a_body_that_nobody_takes_is_not_waited_for() -> None:
    async with serving_pages("127.0.0.1:0", told) as port, asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /a HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n")
        assert (await reader.read()).endswith(b"POST /a {} b''")
        writer.close()


async def test_connections_have_a_bound_and_those_that_end_make_room() -> None:
    async with serving_pages("127.0.0.1:0", told) as port, asyncio.timeout(60):
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MAX_CONNECTIONS)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        for _, each in (*idle, (reader, writer)):
            each.close()
        for ended, _ in idle:
            await ended.read()
        status = 0
        while status != HTTPStatus.OK:
            with suppress(ConnectionError):
                status, _ = await fetched(f"127.0.0.1:{port}", "/a")


async def test_answers_in_the_making_end_with_the_server() -> None:
    begun = asyncio.Event()

    async def never(_: PageRequest) -> WebPage:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with asyncio.timeout(60):
        async with serving_pages("127.0.0.1:0", never) as port:
            asked = asyncio.create_task(fetched(f"127.0.0.1:{port}", "/"))
            await begun.wait()
        assert await asked == (0, "")
