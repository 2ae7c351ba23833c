"""Pages over HTTP: one request per connection, and broken ones end without an answer."""

import asyncio
from contextlib import suppress
from http import HTTPStatus

import pytest

from askmesh.pages import PageRequest, WebPage, problem, serving_pages, text_page
from support.http_requests import exchanged, fetched


async def told(request: PageRequest) -> WebPage:
    if request.path == "/nowhere":
        return problem(HTTPStatus.NOT_FOUND, "Nothing is here")
    return text_page(f"{request.method} {request.path} {dict(request.query)} {request.body!r}")


async def test_path_query_and_body_arrive() -> None:
    async with serving_pages("127.0.0.1:0", told) as port:
        address = f"127.0.0.1:{port}"
        status, head, content = await exchanged(
            address, "/a?b=c%20d&e=f", method="POST", body=b"body"
        )
    assert (status, content) == (200, "POST /a {'b': 'c d', 'e': 'f'} b'body'")
    assert "Content-Type: text/plain; charset=utf-8" in head


async def test_what_is_not_there_is_said_in_a_sentence() -> None:
    async with serving_pages("127.0.0.1:0", told) as port:
        assert await fetched(f"127.0.0.1:{port}", "/nowhere") == (404, "Nothing is here\n")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /a HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /a HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\n\r\n",
        b"x" * 200_000,
        b"",
    ],
    ids=["length", "too long", "target", "no end", "nothing"],
)
async def test_what_is_no_request_has_no_answer_and_others_have(request_bytes: bytes) -> None:
    async with serving_pages("127.0.0.1:0", told) as port, asyncio.timeout(30):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_bytes)
        writer.write_eof()
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        assert (await fetched(f"127.0.0.1:{port}", "/a"))[0] == 200


async def test_answers_in_the_making_end_with_the_server() -> None:
    begun = asyncio.Event()

    async def never(_: PageRequest) -> WebPage:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with asyncio.timeout(30):
        async with serving_pages("127.0.0.1:0", never) as port:
            asked = asyncio.create_task(fetched(f"127.0.0.1:{port}", "/"))
            await begun.wait()
        assert await asked == (0, "")
